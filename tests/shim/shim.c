/* The recorder and saboteur of the disk: preloaded into a program (LD_PRELOAD), it stands between that program and
 * libc for every call that changes a file below one folder, or that sends something out of the process.
 *
 *   QUEUE_SHIM_ROOT    the folder that is watched: an absolute path without links
 *   QUEUE_SHIM_LOG     where the calls are recorded; nothing is recorded without it
 *   QUEUE_SHIM_FAULTS  the control file with the faults; read again whenever another file stands in its place
 *
 * The log holds one entry after the other, each in one append, so that the order of the entries is the order in
 * which things were begun and ended: what changes a file is entered before it is handed to the system (BEGIN) and
 * after the system has answered (END); what leaves the process is entered before it leaves. tests/support/trace.rs
 * reads it, and has the same numbers.
 *
 * A line of the control file is one fault:
 *
 *   OP ACTION FIRST COUNT PART
 *   sync EIO 3 1 journal/two-lines/db
 *
 * The calls of kind OP on files whose path below the folder holds PART (`*` is any) are counted from the moment
 * that the line was read; from the FIRST of them on, COUNT meet the fault (0: all that follow).
 *
 *   OP      write sync truncate open rename unlink mkdir allocate read statvfs, or `any` for all that change something
 *   ACTION  the name of an error; `short` (half is written, and that is said); `torn` (half is written, and EIO is
 *           said); `low` (statvfs: no room for others); `kill` (the process ends at once, as by kill -9)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define RULES_MAX 32
#define PIECES_MAX 1024

enum op { WRITE = 1, SYNC, TRUNCATE, OPEN, RENAME, UNLINK, MKDIR, ALLOCATE, READ, STATVFS, SEND, ANY };
static const char *const OPS[] = {"", "write", "sync", "truncate", "open", "rename", "unlink", "mkdir", "allocate", "read", "statvfs", "send", "any"};

enum phase { BEGIN = 1, END = 2, FAULT = 3 };

/* What kind of sync it was, in the entry's `detail`. */
enum sync_kind { FSYNC = 1, FDATASYNC = 2, RANGE = 3 };

/* Every entry begins with this; the path and the bytes follow. */
struct entry {
    uint32_t magic;
    uint8_t op, phase, detail, pad;
    uint64_t token;  /* the same in BEGIN and END */
    uint64_t offset; /* of a write; the length after a truncation */
    int64_t result;  /* END: what was answered, or the error, negative */
    uint32_t path_bytes, data_bytes;
};
#define MAGIC 0x51534831u

enum action { ERROR, SHORT, TORN, LOW, KILL };
struct rule {
    int op;
    enum action action;
    int error;
    long first, count;
    atomic_long seen;
    char part[256];
};

static char root[PATH_MAX], faults[PATH_MAX];
static size_t root_bytes;
static int log_fd = -1;
static atomic_ullong tokens = 1;

static pthread_rwlock_t rules_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct rule rules[RULES_MAX];
static int rules_count;
static uint64_t rules_inode, rules_time;

/* ---- the log --------------------------------------------------------------------------------------------------- */

static void record(int op, int phase, int detail, uint64_t token, uint64_t offset, int64_t result, const char *path,
                   const struct iovec *data, int pieces, size_t limit) {
    if (log_fd < 0) return;
    int before = errno;
    struct iovec all[PIECES_MAX + 2];
    size_t bytes = 0;
    if (pieces > PIECES_MAX) pieces = PIECES_MAX;
    int used = 2;
    for (int i = 0; i < pieces && bytes < limit; i++) {
        all[used] = data[i];
        if (all[used].iov_len > limit - bytes) all[used].iov_len = limit - bytes;
        bytes += all[used].iov_len;
        used++;
    }
    struct entry entry = {MAGIC, (uint8_t)op, (uint8_t)phase, (uint8_t)detail, 0, token, offset, result,
                          path ? (uint32_t)strlen(path) : 0, (uint32_t)bytes};
    all[0] = (struct iovec){&entry, sizeof entry};
    all[1] = (struct iovec){(void *)path, entry.path_bytes};
    /* One append: entries of several threads, and of one process after the other, never mix. */
    syscall(SYS_writev, log_fd, all, used);
    errno = before;
}

static void note(int op, int phase, int detail, uint64_t token, uint64_t offset, int64_t result, const char *path) {
    record(op, phase, detail, token, offset, result, path, NULL, 0, 0);
}

/* ---- which files are meant -------------------------------------------------------------------------------------- */

/* The path of what `fd` stands for: a file, or `socket:[…]`. */
static int path_of(int fd, char *path) {
    char link[48];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t bytes = readlink(link, path, PATH_MAX - 1);
    errno = before;
    if (bytes <= 0) return 0;
    path[bytes] = 0;
    return 1;
}

/* The part of `path` below the folder, or nothing. */
static const char *below(const char *path) {
    if (root_bytes == 0 || strncmp(path, root, root_bytes) != 0) return NULL;
    if (path[root_bytes] == 0) return ".";
    return path[root_bytes] == '/' ? path + root_bytes + 1 : NULL;
}

static const char *watched(int fd, char *path) {
    return path_of(fd, path) ? below(path) : NULL;
}

static const char *below_at(int folder, const char *name, char *path) {
    if (name[0] == '/' || folder == AT_FDCWD) return below(name);
    if (!path_of(folder, path)) return NULL;
    size_t used = strlen(path);
    snprintf(path + used, PATH_MAX - used, "/%s", name);
    return below(path);
}

/* ---- the faults ------------------------------------------------------------------------------------------------- */

static int number_of(const char *name) {
    static const struct { const char *name; int number; } known[] = {
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EROFS", EROFS}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES}, {"EINTR", EINTR}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i].number;
    return EIO;
}

static void read_rules(void) {
    rules_count = 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, faults, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    char text[8192];
    ssize_t bytes = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (bytes <= 0) return;
    text[bytes] = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line && rules_count < RULES_MAX; line = strtok_r(NULL, "\n", &rest)) {
        char op[16], action[16];
        struct rule *rule = &rules[rules_count];
        if (sscanf(line, "%15s %15s %ld %ld %255s", op, action, &rule->first, &rule->count, rule->part) != 5) continue;
        rule->op = 0;
        for (int i = WRITE; i <= ANY; i++)
            if (strcmp(OPS[i], op) == 0) rule->op = i;
        rule->action = strcmp(action, "short") == 0  ? SHORT
                       : strcmp(action, "torn") == 0 ? TORN
                       : strcmp(action, "low") == 0  ? LOW
                       : strcmp(action, "kill") == 0 ? KILL
                                                     : ERROR;
        rule->error = number_of(action);
        atomic_store(&rule->seen, 0);
        rules_count++;
    }
}

/* Reads the control file again where another one stands in its place. */
static void look_at_rules(void) {
    struct stat found;
    if (faults[0] == 0) return;
    uint64_t inode = 0, time = 0;
    if (syscall(SYS_newfstatat, AT_FDCWD, faults, &found, 0) == 0) {
        inode = found.st_ino;
        time = (uint64_t)found.st_mtim.tv_sec * 1000000000u + (uint64_t)found.st_mtim.tv_nsec;
    }
    pthread_rwlock_rdlock(&rules_lock);
    int same = inode == rules_inode && time == rules_time;
    pthread_rwlock_unlock(&rules_lock);
    if (same) return;
    pthread_rwlock_wrlock(&rules_lock);
    if (inode != rules_inode || time != rules_time) {
        read_rules();
        rules_inode = inode;
        rules_time = time;
    }
    pthread_rwlock_unlock(&rules_lock);
}

/* The fault that this call meets, if any; `fault` is a copy. Entered in the log. */
static int meets(int op, const char *path, struct rule *fault) {
    int before = errno, met = 0;
    look_at_rules();
    pthread_rwlock_rdlock(&rules_lock);
    for (int i = 0; i < rules_count; i++) {
        struct rule *rule = &rules[i];
        int meant = rule->op == op || (rule->op == ANY && op <= ALLOCATE);
        if (!meant || (strcmp(rule->part, "*") != 0 && strstr(path, rule->part) == NULL)) continue;
        long seen = atomic_fetch_add(&rule->seen, 1) + 1;
        if (met || seen < rule->first || (rule->count != 0 && seen >= rule->first + rule->count)) continue;
        fault->action = rule->action;
        fault->error = rule->error;
        met = 1;
    }
    pthread_rwlock_unlock(&rules_lock);
    errno = before;
    if (!met) return 0;
    note(op, FAULT, 0, 0, 0, -fault->error, path);
    if (fault->action == KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return 1;
}

/* Whether the call is to fail with an error; `short` and `torn` are for writes alone. */
static int fails(int op, const char *path) {
    struct rule fault;
    if (!meets(op, path, &fault) || fault.action == SHORT || fault.action == LOW) return 0;
    errno = fault.error;
    return 1;
}

/* ---- the beginning ---------------------------------------------------------------------------------------------- */

static void *next_of(const char *name) {
    return dlsym(RTLD_NEXT, name);
}
#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (!next) next = (type(*)(__VA_ARGS__))next_of(name)

__attribute__((constructor)) static void begin(void) {
    const char *given = getenv("QUEUE_SHIM_ROOT");
    if (!given) return;
    snprintf(root, sizeof root, "%s", given);
    root_bytes = strlen(root);
    if ((given = getenv("QUEUE_SHIM_FAULTS"))) snprintf(faults, sizeof faults, "%s", given);
    if ((given = getenv("QUEUE_SHIM_LOG")))
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, given, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    /* Tokens of one process after the other differ. */
    atomic_store(&tokens, ((unsigned long long)getpid() << 40) + 1);
}

/* ---- writes, and what is sent ----------------------------------------------------------------------------------- */

static ssize_t gather(int fd, const struct iovec *data, int pieces, off64_t offset, size_t limit) {
    /* A torn write is rare: one plain copy keeps this short. */
    size_t bytes = 0;
    for (int i = 0; i < pieces; i++) bytes += data[i].iov_len;
    char *all = malloc(bytes ? bytes : 1), *at = all;
    if (!all) return -1;
    for (int i = 0; i < pieces; i++) at = mempcpy(at, data[i].iov_base, data[i].iov_len);
    if (bytes > limit) bytes = limit;
    ssize_t written = offset < 0 ? syscall(SYS_write, fd, all, bytes) : syscall(SYS_pwrite64, fd, all, bytes, offset);
    free(all);
    return written;
}

/* A write of `pieces` at `offset`, or where the file stands when that is negative. */
static ssize_t write_out(int fd, const struct iovec *data, int pieces, off64_t offset) {
    char path[PATH_MAX];
    size_t bytes = 0;
    for (int i = 0; i < pieces; i++) bytes += data[i].iov_len;
    if (fd == log_fd || !path_of(fd, path)) goto plain;
    const char *name = below(path);
    if (!name) {
        int leaves = strncmp(path, "socket:", 7) == 0 || (strncmp(path, "pipe:", 5) == 0 && fd == STDOUT_FILENO);
        if (leaves) record(SEND, BEGIN, 0, 0, 0, 0, path, data, pieces, SIZE_MAX);
        goto plain;
    }
    struct rule fault;
    size_t limit = bytes;
    int error = 0;
    if (meets(WRITE, name, &fault) && fault.action != LOW) {
        error = fault.action == SHORT ? 0 : fault.error;
        limit = fault.action == ERROR ? 0 : bytes / 2;
        if (fault.action == SHORT && limit == 0) limit = bytes;
    }
    uint64_t token = atomic_fetch_add(&tokens, 1);
    uint64_t at = (uint64_t)offset;
    if (offset < 0) {
        int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
        at = (uint64_t)syscall(SYS_lseek, fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    ssize_t written = 0;
    if (limit > 0) {
        record(WRITE, BEGIN, 0, token, at, 0, name, data, pieces, limit);
        written = gather(fd, data, pieces, offset, limit);
        note(WRITE, END, 0, token, at, written < 0 ? -errno : written, name);
    }
    if (error) {
        errno = error;
        return -1;
    }
    return written;
plain:
    return offset < 0 ? syscall(SYS_writev, fd, data, pieces) : syscall(SYS_pwritev, fd, data, pieces, offset, 0);
}

API ssize_t write(int fd, const void *data, size_t bytes) {
    struct iovec piece = {(void *)data, bytes};
    return write_out(fd, &piece, 1, -1);
}
API ssize_t writev(int fd, const struct iovec *data, int pieces) {
    return write_out(fd, data, pieces, -1);
}
API ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
    struct iovec piece = {(void *)data, bytes};
    return write_out(fd, &piece, 1, offset);
}
API ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
    return pwrite64(fd, data, bytes, offset);
}

static void leaves(int fd, const struct iovec *data, int pieces) {
    char path[PATH_MAX];
    if (log_fd >= 0 && path_of(fd, path)) record(SEND, BEGIN, 0, 0, 0, 0, path, data, pieces, SIZE_MAX);
}
API ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t to_bytes) {
    struct iovec piece = {(void *)data, bytes};
    leaves(fd, &piece, 1);
    return syscall(SYS_sendto, fd, data, bytes, flags, to, to_bytes);
}
API ssize_t send(int fd, const void *data, size_t bytes, int flags) {
    return sendto(fd, data, bytes, flags, NULL, 0);
}
API ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    leaves(fd, message->msg_iov, (int)message->msg_iovlen);
    return syscall(SYS_sendmsg, fd, message, flags);
}

/* Copies go through reads and writes, where they are seen. */
API ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes, unsigned flags) {
    char path[PATH_MAX];
    if (watched(to, path)) {
        errno = ENOSYS;
        return -1;
    }
    return syscall(SYS_copy_file_range, from, from_at, to, to_at, bytes, flags);
}
API ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes) {
    char path[PATH_MAX];
    if (watched(to, path)) {
        errno = EINVAL;
        return -1;
    }
    return syscall(SYS_sendfile, to, from, offset, bytes);
}

/* ---- reads ------------------------------------------------------------------------------------------------------ */

static int unreadable(int fd) {
    char path[PATH_MAX];
    if (faults[0] == 0) return 0;
    const char *name = watched(fd, path);
    return name && fails(READ, name);
}
API ssize_t read(int fd, void *data, size_t bytes) {
    return unreadable(fd) ? -1 : syscall(SYS_read, fd, data, bytes);
}
API ssize_t pread64(int fd, void *data, size_t bytes, off64_t offset) {
    return unreadable(fd) ? -1 : syscall(SYS_pread64, fd, data, bytes, offset);
}

/* ---- syncs and lengths ------------------------------------------------------------------------------------------ */

static int answer(int op, int detail, uint64_t token, uint64_t offset, const char *name, int result) {
    note(op, END, detail, token, offset, result < 0 ? -errno : result, name);
    return result;
}

static int sync_out(int fd, int detail, long number, off64_t offset, off64_t bytes, unsigned flags) {
    char path[PATH_MAX];
    const char *name = watched(fd, path);
    if (!name) return (int)syscall(number, fd, offset, bytes, flags);
    uint64_t token = atomic_fetch_add(&tokens, 1);
    note(SYNC, BEGIN, detail, token, 0, 0, name);
    /* What writes back without the disk's cache is no sync; a fault of syncs does not mean it. */
    if (detail != RANGE && fails(SYNC, name)) return answer(SYNC, detail, token, 0, name, -1);
    return answer(SYNC, detail, token, 0, name, (int)syscall(number, fd, offset, bytes, flags));
}
API int fsync(int fd) {
    return sync_out(fd, FSYNC, SYS_fsync, 0, 0, 0);
}
API int fdatasync(int fd) {
    return sync_out(fd, FDATASYNC, SYS_fdatasync, 0, 0, 0);
}
API int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned flags) {
    return sync_out(fd, RANGE, SYS_sync_file_range, offset, bytes, flags);
}

API int ftruncate64(int fd, off64_t bytes) {
    char path[PATH_MAX];
    const char *name = watched(fd, path);
    if (!name) return (int)syscall(SYS_ftruncate, fd, bytes);
    if (fails(TRUNCATE, name)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    note(TRUNCATE, BEGIN, 0, token, (uint64_t)bytes, 0, name);
    return answer(TRUNCATE, 0, token, (uint64_t)bytes, name, (int)syscall(SYS_ftruncate, fd, bytes));
}
API int ftruncate(int fd, off_t bytes) {
    return ftruncate64(fd, bytes);
}

API int fallocate64(int fd, int mode, off64_t offset, off64_t bytes) {
    char path[PATH_MAX];
    const char *name = watched(fd, path);
    if (name && fails(ALLOCATE, name)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    int result = (int)syscall(SYS_fallocate, fd, mode, offset, bytes);
    if (name && result == 0 && mode == 0) note(TRUNCATE, BEGIN, 1, token, (uint64_t)(offset + bytes), 0, name);
    if (name && result == 0 && mode == 0) note(TRUNCATE, END, 1, token, (uint64_t)(offset + bytes), 0, name);
    return result;
}
API int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    return fallocate64(fd, mode, offset, bytes);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static int open_at(int folder, const char *given, int flags, mode_t mode) {
    char path[PATH_MAX];
    const char *name = below_at(folder, given, path);
    int changes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
    if (!name || !changes) return (int)syscall(SYS_openat, folder, given, flags, mode);
    if (fails(OPEN, name)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    int detail = (flags & O_CREAT ? 1 : 0) | (flags & O_TRUNC ? 2 : 0);
    if (detail) note(OPEN, BEGIN, detail, token, 0, 0, name);
    int fd = (int)syscall(SYS_openat, folder, given, flags, mode);
    return detail ? answer(OPEN, detail, token, 0, name, fd) : fd;
}
#define WITH_MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, last); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }
API int open64(const char *path, int flags, ...) {
    WITH_MODE(flags, flags)
    return open_at(AT_FDCWD, path, flags, mode);
}
API int open(const char *path, int flags, ...) {
    WITH_MODE(flags, flags)
    return open_at(AT_FDCWD, path, flags, mode);
}
API int openat64(int folder, const char *path, int flags, ...) {
    WITH_MODE(flags, flags)
    return open_at(folder, path, flags, mode);
}
API int openat(int folder, const char *path, int flags, ...) {
    WITH_MODE(flags, flags)
    return open_at(folder, path, flags, mode);
}

/* The second name of a renaming stands where other entries have their bytes. */
API int rename(const char *from, const char *to) {
    const char *old = below(from), *new = below(to);
    if (!old || !new) return (int)syscall(SYS_rename, from, to);
    if (fails(RENAME, old)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    struct iovec piece = {(void *)new, strlen(new)};
    record(RENAME, BEGIN, 0, token, 0, 0, old, &piece, 1, SIZE_MAX);
    int result = (int)syscall(SYS_rename, from, to);
    record(RENAME, END, 0, token, 0, result < 0 ? -errno : result, old, &piece, 1, SIZE_MAX);
    return result;
}

static int remove_at(int folder, const char *given, int flags) {
    char path[PATH_MAX];
    const char *name = below_at(folder, given, path);
    if (!name) return (int)syscall(SYS_unlinkat, folder, given, flags);
    if (fails(UNLINK, name)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    note(UNLINK, BEGIN, flags & AT_REMOVEDIR ? 1 : 0, token, 0, 0, name);
    return answer(UNLINK, flags & AT_REMOVEDIR ? 1 : 0, token, 0, name, (int)syscall(SYS_unlinkat, folder, given, flags));
}
API int unlink(const char *path) {
    return remove_at(AT_FDCWD, path, 0);
}
API int unlinkat(int folder, const char *path, int flags) {
    return remove_at(folder, path, flags);
}
API int rmdir(const char *path) {
    return remove_at(AT_FDCWD, path, AT_REMOVEDIR);
}
API int mkdir(const char *path, mode_t mode) {
    const char *name = below(path);
    if (!name) return (int)syscall(SYS_mkdir, path, mode);
    if (fails(MKDIR, name)) return -1;
    uint64_t token = atomic_fetch_add(&tokens, 1);
    note(MKDIR, BEGIN, 0, token, 0, 0, name);
    return answer(MKDIR, 0, token, 0, name, (int)syscall(SYS_mkdir, path, mode));
}

/* ---- how much room there is ------------------------------------------------------------------------------------- */

static int room(const char *name, struct statvfs *found, int result) {
    struct rule fault;
    if (result != 0 || !name || !meets(STATVFS, name, &fault)) return result;
    if (fault.action != LOW) {
        errno = fault.error;
        return -1;
    }
    found->f_bavail = 1;
    return 0;
}
API int statvfs64(const char *path, struct statvfs64 *found) {
    NEXT(int, "statvfs64", const char *, struct statvfs64 *);
    return room(below(path), (struct statvfs *)found, next(path, found));
}
API int statvfs(const char *path, struct statvfs *found) {
    NEXT(int, "statvfs", const char *, struct statvfs *);
    return room(below(path), found, next(path, found));
}
API int fstatvfs64(int fd, struct statvfs64 *found) {
    char path[PATH_MAX];
    NEXT(int, "fstatvfs64", int, struct statvfs64 *);
    return room(watched(fd, path), (struct statvfs *)found, next(fd, found));
}
API int fstatvfs(int fd, struct statvfs *found) {
    char path[PATH_MAX];
    NEXT(int, "fstatvfs", int, struct statvfs *);
    return room(watched(fd, path), found, next(fd, found));
}
