//! A line that was changed anywhere is noticed, and the error names the record.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use queue_core::record::GENESIS;
use queue_core::text::{Plain, Text};
use queue_journal::JournalError;
use queue_journal::codec::{Sealed, open, seal};

use crate::support::{Fact, chain, facts, record, stream};

#[test]
fn a_line_has_the_form_that_the_page_says() {
    let reason = Text::seal("thiếu giấy", 7);
    let mut record = record(&stream(), 1, vec![Fact::TicketParked { reason: reason.clone() }]);
    let sealed = seal(&mut record, GENESIS).unwrap();
    let line = String::from_utf8(sealed.line.clone()).unwrap();
    let due = format!(
        "{{\"v\":1,\"stream\":\"kim-lien\",\"seq\":1,\"at\":1732269660000,\"epoch\":1,\"actor\":\"user:lan\",\
         \"status\":201,\"about\":\"office\",\"events\":[{{\"type\":\"ticket_parked\",\"reason\":\"{}\"}}],\
         \"prev_hash\":\"{GENESIS}\",\"hash\":\"{}\",\"texts\":[{{\"salt\":\"{:032x}\",\"text\":\"thiếu giấy\"}}]}}",
        reason.digest, sealed.hash, 7
    );
    assert_eq!(line, due);
    assert_eq!(record.hash, sealed.hash);
    assert_eq!(open::<Fact>(&sealed.line).unwrap(), record);
    assert_eq!(Sealed::from_line(sealed.line.clone()).unwrap(), sealed);
}

#[test]
fn a_text_that_answers_to_no_digest_is_refused() {
    let stranger = Plain { salt: "0".repeat(32), text: "ai đó".to_owned() };
    let mut sealed = seal(&mut record(&stream(), 4, facts(2)), GENESIS).unwrap();
    sealed.line.pop();
    sealed.line.extend_from_slice(b",\"texts\":");
    sealed.line.extend_from_slice(&serde_json::to_vec(std::slice::from_ref(&stranger)).unwrap());
    sealed.line.push(b'}');
    let refused = open::<Fact>(&sealed.line).unwrap_err();
    assert!(refused.to_string().contains("at record 4: a text beside it"), "{refused}");
    assert_eq!(Sealed::from_line(sealed.line).unwrap_err(), refused);

    let unfit = Text { digest: "0".repeat(64), plain: Some(stranger) };
    let refused = seal(&mut record(&stream(), 4, vec![Fact::TicketParked { reason: unfit }]), GENESIS);
    assert!(matches!(refused, Err(JournalError::Failed { .. })), "{refused:?}");
}

#[test]
fn a_version_that_is_not_known_is_refused_by_name() {
    let sealed = seal(&mut record(&stream(), 4, facts(2)), GENESIS).unwrap();
    let line = String::from_utf8(sealed.line).unwrap().replacen("{\"v\":1,", "{\"v\":2,", 1);
    let refused = open::<Fact>(line.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("version 2 is not known"), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn any_changed_byte_of_a_line_is_noticed(seq in 1_u64..60, at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut line = chain(&stream(), seq, GENESIS, 1, facts).remove(0).line;
        let at = at.index(line.len());
        line[at] ^= flip;
        prop_assert!(open::<Fact>(&line).is_err());
        prop_assert!(Sealed::from_line(line).is_err());
    }

    #[test]
    fn any_cut_line_is_noticed(seq in 1_u64..60, at in any::<prop::sample::Index>()) {
        let mut line = chain(&stream(), seq, GENESIS, 1, facts).remove(0).line;
        line.truncate(at.index(line.len()));
        prop_assert!(open::<Fact>(&line).is_err());
        prop_assert!(Sealed::from_line(line).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open::<Fact>(&bytes).is_err());
        prop_assert!(Sealed::from_line(bytes).is_err());
    }
}
