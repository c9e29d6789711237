// Generated from crates/queue-wire by its test `typescript`. Do not edit.

export type Wait = { 
/**
 * Half of the tickets wait less.
 */
likely_s: number, 
/**
 * Nine of ten wait less.
 */
high_s: number, };

export type Class = { 
/**
 * The class.
 */
id: string, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * Whether staff must confirm it.
 */
confirm: boolean, 
/**
 * The law or decision that grants it.
 */
legal_basis: string | null, };

export type Service = { 
/**
 * The service.
 */
id: string, 
/**
 * `""` or one letter A-Z.
 */
prefix: string, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * Whether numbers for it are issued at this moment.
 */
open: boolean, 
/**
 * Why not, as a problem code: `office-closed`, `alarm`, `numbers-stopped`, `numbers-used-up`.
 */
closed_because: string | null, 
/**
 * Tickets waiting for it.
 */
waiting: number, 
/**
 * The wait of a ticket taken now.
 */
wait: Wait, };

export type CounterPlace = { 
/**
 * The number over it.
 */
id: number, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * `closed`, `open` or `paused`.
 */
state: string, 
/**
 * Services it calls.
 */
services: Array<string>, 
/**
 * Services it calls when nobody waits for those.
 */
backup_services: Array<string>, };

export type Office = { 
/**
 * The office.
 */
id: string, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * The first is the default.
 */
languages: Array<string>, 
/**
 * IANA name.
 */
time_zone: string, 
/**
 * The business day, `YYYY-MM-DD`.
 */
date: string, 
/**
 * Whether numbers are issued at this moment.
 */
open: boolean, 
/**
 * Whether the business day was closed.
 */
day_closed: boolean, 
/**
 * Whether an alarm stopped everything.
 */
alarm: boolean, 
/**
 * Today's opening hours as `07:30-12:00`; `null` means always.
 */
hours_today: Array<string> | null, 
/**
 * The first is the default.
 */
classes: Array<Class>, 
/**
 * In the order of the kiosk's buttons.
 */
services: Array<Service>, 
/**
 * In the order of the hall.
 */
counters: Array<CounterPlace>, 
/**
 * Notices for the hall.
 */
notices: Array<Notice>, 
/**
 * What QR codes point to.
 */
public_url: string, 
/**
 * How long after its call a ticket may be marked absent.
 */
absent_after_s: number, };

export type Offices = { 
/**
 * In the order of the command line.
 */
items: Array<Office>, };

export type TicketState = "waiting" | "called" | "serving" | "parked" | "finished" | "absent" | "cancelled" | "expired";

export type TicketRequest = { 
/**
 * The service.
 */
service: string, 
/**
 * The class; default the first.
 */
class?: string, 
/**
 * The language; default the office's.
 */
lang?: string, 
/**
 * Where it is taken: `kiosk` (default), `phone`, `reception`, …
 */
channel?: string, 
/**
 * Services that follow with the same number, at most 8.
 */
then?: Array<string>, 
/**
 * Dossiers in this turn, 1 (default) to 999.
 */
dossiers?: number, 
/**
 * Needs a clerk to come and fetch.
 */
assist?: boolean, };

export type Ticket = { 
/**
 * 128 random bits, 26 characters.
 */
id: string, 
/**
 * As printed: `A012`.
 */
number: string, 
/**
 * What it waits for.
 */
service: string, 
/**
 * Services that follow.
 */
then: Array<string>, 
/**
 * The class that counts.
 */
class: string, 
/**
 * A class asked for that staff have not confirmed.
 */
asked: string | null, 
/**
 * The language chosen.
 */
lang: string, 
/**
 * Where it stands.
 */
state: TicketState, 
/**
 * Whether it waits to be called for its result.
 */
ready: boolean, 
/**
 * Dossiers in this turn.
 */
dossiers: number, 
/**
 * Needs a clerk to come and fetch.
 */
assist: boolean, 
/**
 * When the number was taken.
 */
issued_at: string, 
/**
 * Waiting tickets that the rule would call before it for its service.
 */
ahead: number | null, 
/**
 * The remaining wait.
 */
wait: Wait | null, 
/**
 * Where it is called, served, or was last.
 */
counter: number | null, 
/**
 * When it was last called.
 */
called_at: string | null, 
/**
 * Whether it was rated.
 */
rated: boolean, 
/**
 * Path of the citizen's page, `/t/{id}`.
 */
url: string, };

export type Tickets = { 
/**
 * In the order of issue.
 */
items: Array<Ticket>, };

export type TicketPlace = { 
/**
 * The office that issued it.
 */
office: string, 
/**
 * The ticket.
 */
ticket: Ticket, };

export type MoveRequest = { 
/**
 * The right service.
 */
service: string, };

export type ConfirmRequest = { 
/**
 * The class to grant; default the one asked for.
 */
class?: string, };

export type RatingRequest = { 
/**
 * 1 (very dissatisfied) to 5 (very satisfied).
 */
score: number, 
/**
 * A few words, at most 500 characters.
 */
comment?: string, };

export type ReadyRequest = { 
/**
 * Ticket ids, at most 200; all or none become ready.
 */
tickets: Array<string>, };

export type ReasonRequest = { 
/**
 * Why, at most 500 characters.
 */
reason?: string, };

export type CounterState = "closed" | "open" | "paused";

export type Line = { 
/**
 * The service.
 */
service: string, 
/**
 * Whether it is only a backup here.
 */
backup: boolean, 
/**
 * Tickets waiting for it.
 */
waiting: number, 
/**
 * How long the oldest has waited.
 */
oldest_s: number | null, };

export type WhyCalled = { 
/**
 * `turn`, `backup`, `chosen` or `taken-up`.
 */
rule: string, 
/**
 * How long it had waited.
 */
waited_s: number | null, 
/**
 * The number that would have been next without it.
 */
runner_up: string | null, 
/**
 * The reason given for a call out of order.
 */
reason: string | null, };

export type Counter = { 
/**
 * The number over it.
 */
id: number, 
/**
 * Closed, open or paused.
 */
state: CounterState, 
/**
 * Who sits there.
 */
clerk: string | null, 
/**
 * The ticket called or served there.
 */
ticket: Ticket | null, 
/**
 * Tickets this counter could call, its own services and backups.
 */
waiting: number, 
/**
 * The same by service, the counter's own first.
 */
lines: Array<Line>, 
/**
 * Why it is paused.
 */
pause_reason: string | null, 
/**
 * Since when it is open, paused or closed.
 */
since: string, 
/**
 * When the held ticket was called or its service started.
 */
ticket_since: string | null, 
/**
 * When the called ticket may be marked absent.
 */
absent_from: string | null, 
/**
 * Why the held ticket came.
 */
why: WhyCalled | null, };

export type CallRequest = { 
/**
 * The number to call out of order, or to take up again.
 */
number?: string, 
/**
 * Why out of order.
 */
reason?: string, };

export type FinishRequest = { 
/**
 * How it ended, such as `done` or `papers-missing`; at most 500 characters.
 */
outcome?: string, };

export type TransferRequest = { 
/**
 * To the line of this service.
 */
service?: string, 
/**
 * To this counter.
 */
counter?: number, };

export type Notice = { 
/**
 * Unique in the office.
 */
id: string, 
/**
 * `notice` or `alarm`.
 */
kind: string, 
/**
 * What it says.
 */
text: { [key in string]: string }, };

export type BoardCall = { 
/**
 * The number.
 */
number: string, 
/**
 * Where to.
 */
counter: number, 
/**
 * `called`, `serving`, `finished`, `absent`, `parked`, `waiting` (sent on), …
 */
state: string, 
/**
 * When it was last called.
 */
called_at: string, 
/**
 * The turn of a priority class, never the person or the reason.
 */
priority: boolean, 
/**
 * Called out of order, for a reason that staff gave.
 */
out_of_order: boolean, 
/**
 * Called to collect a result.
 */
for_result: boolean, };

export type BoardService = { 
/**
 * The service.
 */
id: string, 
/**
 * Tickets waiting.
 */
waiting: number, 
/**
 * The wait of a ticket taken now.
 */
wait: Wait, 
/**
 * Why no number is issued, as a problem code; missing while numbers are.
 */
closed_because?: string, };

export type BoardCounter = { 
/**
 * The number over it.
 */
id: number, 
/**
 * Closed, open or paused.
 */
state: CounterState, 
/**
 * The number called or served there.
 */
number: string | null, };

export type Board = { 
/**
 * Newest first, at most 12.
 */
calls: Array<BoardCall>, 
/**
 * In the order of the office.
 */
services: Array<BoardService>, 
/**
 * In the order of the hall.
 */
counters: Array<BoardCounter>, 
/**
 * Notices and alarms.
 */
notices: Array<Notice>, 
/**
 * Whether an alarm is on: every screen says so.
 */
alarm: boolean, };

export type Call = { 
/**
 * The number.
 */
number: string, 
/**
 * Where to.
 */
counter: number, 
/**
 * 0 for the call, 1, 2, … for recalls.
 */
recall: number, 
/**
 * When.
 */
called_at: string, 
/**
 * After this it is not announced any more.
 */
expires_at: string, 
/**
 * What is said, by language.
 */
text: { [key in string]: string }, 
/**
 * Clips in order: `vi/chime`, `vi/kinh-moi`, …
 */
clips: Array<string>, };

export type Spread = { 
/**
 * Half are at most this.
 */
p50: number | null, 
/**
 * Nine of ten are at most this.
 */
p90: number | null, 
/**
 * The longest.
 */
max: number | null, };

export type Rating = { 
/**
 * How many ratings.
 */
count: number, 
/**
 * Their mean, 1 to 5; null without any.
 */
mean: number | null, };

export type Figures = { 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type ServiceFigures = { 
/**
 * The service.
 */
service: string, 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type ClassFigures = { 
/**
 * The class.
 */
class: string, 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type CounterFigures = { 
/**
 * The counter.
 */
counter: number, 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type HourFigures = { 
/**
 * Hour of the local day, 0 to 23 (24 on a day with an hour more).
 */
hour: number, 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type Stats = { 
/**
 * First day, `YYYY-MM-DD`.
 */
from: string, 
/**
 * Last day.
 */
to: string, 
/**
 * By service, in the order of the office.
 */
by_service: Array<ServiceFigures>, 
/**
 * By class.
 */
by_class: Array<ClassFigures>, 
/**
 * By counter.
 */
by_counter: Array<CounterFigures>, 
/**
 * By hour of the day, hours with anything in them.
 */
by_hour: Array<HourFigures>, 
/**
 * Numbers taken.
 */
issued: number, 
/**
 * Calls of a ticket to a counter, recalls not counted.
 */
called: number, 
/**
 * Visits finished.
 */
served: number, 
/**
 * Marked absent.
 */
absent: number, 
/**
 * Given back or released.
 */
cancelled: number, 
/**
 * Not served when the day closed.
 */
expired: number, 
/**
 * Waiting at this moment; 0 for days gone by.
 */
waiting: number, 
/**
 * From the number taken to the first call.
 */
wait_s: Spread, 
/**
 * From the start at the counter to its end.
 */
service_s: Spread, 
/**
 * Ratings.
 */
rating: Rating, };

export type Message = { "type": "hello", 
/**
 * [`PROTOCOL`].
 */
protocol: number, 
/**
 * The office.
 */
office: string, 
/**
 * The server's clock.
 */
server_time: string, 
/**
 * Changes with every build; a page reloads itself when it does.
 */
build: string, } | { "type": "board", 
/**
 * The record it reflects.
 */
seq: number, 
/**
 * The board.
 */
board: Board, } | { "type": "call", 
/**
 * The record that called.
 */
seq: number, 
/**
 * The call.
 */
call: Call, } | { "type": "counter", 
/**
 * The record it reflects.
 */
seq: number, 
/**
 * The counter.
 */
counter: Counter, } | { "type": "ticket", 
/**
 * The record it reflects.
 */
seq: number, 
/**
 * The ticket.
 */
ticket: Ticket, } | { "type": "stats", 
/**
 * The record they reflect.
 */
seq: number, 
/**
 * The figures.
 */
stats: Stats, };

export type AuditItem = { 
/**
 * The record.
 */
seq: number, 
/**
 * When.
 */
at: string, 
/**
 * Who: `system`, `anyone`, `device:kiosk-1`, `user:lan`.
 */
actor: string, 
/**
 * What, such as `ticket_called`.
 */
act: string, 
/**
 * The ticket's number; never beside a rating.
 */
number: string | null, 
/**
 * The counter.
 */
counter: number | null, 
/**
 * Why.
 */
reason: string | null, 
/**
 * The record's hash.
 */
hash: string, };

export type Audit = { 
/**
 * One for each event of a record.
 */
items: Array<AuditItem>, 
/**
 * Give it as `before` for the next page; null at the end.
 */
next: number | null, };

export type Role = "clerk" | "supervisor" | "admin";

export type SessionRequest = { 
/**
 * The sign-in name.
 */
user: string, 
/**
 * The password.
 */
password: string, };

export type Session = { 
/**
 * 256 random bits; empty in `GET /session`.
 */
token: string, 
/**
 * The sign-in name.
 */
user: string, 
/**
 * The roles held.
 */
roles: Array<Role>, 
/**
 * When the session ends by itself.
 */
expires_at: string, 
/**
 * Whether the password must be changed before anything else.
 */
must_change: boolean, };

export type PasswordRequest = { 
/**
 * The password so far.
 */
old: string, 
/**
 * The password to be: at least 8 characters.
 */
new: string, };

export type UserRequest = { 
/**
 * The sign-in name: 1 to 40 letters without marks, digits, `.`, `_`, `-`, `@`.
 */
user: string, 
/**
 * At least 8 characters.
 */
password: string, 
/**
 * At least one.
 */
roles: Array<Role>, 
/**
 * Whether the first sign-in must change the password.
 */
must_change?: boolean, };

export type User = { 
/**
 * The sign-in name.
 */
user: string, 
/**
 * The roles held.
 */
roles: Array<Role>, 
/**
 * Whether the password must be changed.
 */
must_change: boolean, };

export type Users = { 
/**
 * By name.
 */
items: Array<User>, };

export type ClassLayout = { 
/**
 * The class.
 */
id: string, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * Credit gained by one minute of waiting.
 */
credit_per_minute: number, 
/**
 * The law or decision that grants it.
 */
legal_basis?: string, 
/**
 * Whether staff must confirm it.
 */
confirm: boolean, };

export type ServiceLayout = { 
/**
 * The service.
 */
id: string, 
/**
 * `""` or one letter A-Z.
 */
prefix: string, 
/**
 * First number of each day.
 */
first_number: number, 
/**
 * 1 to 6.
 */
digits: number, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * Usual time at the counter.
 */
typical_minutes: number, 
/**
 * Whether numbers are stopped for now.
 */
stopped: boolean, };

export type CounterLayout = { 
/**
 * The number over it, 1 to 999.
 */
id: number, 
/**
 * Its name.
 */
name: { [key in string]: string }, 
/**
 * Called in the order of the calling rule.
 */
services: Array<string>, 
/**
 * Only when nobody waits for `services`.
 */
backup_services: Array<string>, };

export type NoticeLayout = { 
/**
 * Unique in the office.
 */
id: string, 
/**
 * What it says.
 */
text: { [key in string]: string }, 
/**
 * RFC 3339; when it ends.
 */
until?: string, };

export type Layout = { 
/**
 * The office; it cannot change.
 */
id: string, 
/**
 * IANA name.
 */
time_zone: string, 
/**
 * The first is the default.
 */
languages: Array<string>, 
/**
 * Spoken languages or voice tags; default the first language.
 */
voices: Array<string>, 
/**
 * The office's name.
 */
name: { [key in string]: string }, 
/**
 * How long after its call a ticket may first be marked absent.
 */
absent_after_s: number, 
/**
 * When the business day begins, `HH:MM`.
 */
day_starts_at?: string, 
/**
 * The first is the default.
 */
classes: Array<ClassLayout>, 
/**
 * In the order of the kiosk's buttons.
 */
services: Array<ServiceLayout>, 
/**
 * In the order of the hall.
 */
counters: Array<CounterLayout>, 
/**
 * By day (`mon` … `sun`) or range (`mon_fri`): `["07:30-12:00"]`; absent means always.
 */
hours?: { [key in string]: Array<string> }, 
/**
 * Notices on idle screens.
 */
notices: Array<NoticeLayout>, };

export type Problem = { 
/**
 * `urn:queue:problem:{code}`.
 */
type: string, 
/**
 * The same for every occurrence of the code.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * Stable, for programs; pages turn it into words.
 */
code: string, 
/**
 * What was wrong this time and what to do, in English.
 */
detail: string, 
/**
 * Seconds after which to try again, as in `Retry-After`.
 */
retry_after_s?: number, };

