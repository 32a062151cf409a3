//! The instances the model was designed with: decoded, projected, written again.

use crate::support::{Grow, encoded, json, unhex, words};
use suitpack_core::cbor::{Reader, Writer};
use suitpack_core::{Error, ErrorKind};
use suitpack_upgradability::{ChannelAnswer, Date, Floor, Guarantee, Statement, Support, Unclear, Updatable, describe, write_json};

const MINIMAL: &str = "a60001010102d86419512c03010481a100010581a102d864195874";
const NOTUP: &str = "a50001010102d86419512c03a50000010102f503f504d8641957070581a102d864195707";
const REGMIN: &str = "ab0001010102d86419512c03010481a800010181010302041a00093a80050008f509f50e7668747470733a2f2f61636d652e6578616d706c652f7505\
    81a5000202d86419587404183c0881612a0cd8641966b90682a20001018103a200050182010307a20082020406f509a3006841636d65204c74640166\
    54482d32303003816e30393530363030303133343335320ba4008178196d61696c746f3a70736972744061636d652e6578616d706c65017818687474\
    70733a2f2f61636d652e6578616d706c652f6376640305040e12782168747470733a2f2f61636d652e6578616d706c652f752f74683230302e636f73\
    65";
const TYPICAL: &str = "b30001010702d86419512c03020482ae00010181010281781968747470733a2f2f6f74612e61636d652e6578616d706c652f0302041a00093a800500\
    068101070008f509f50a1a000151800b185a0c030e782168747470733a2f2f61636d652e6578616d706c652f74683230302f757064617465a8000401\
    810c0281781d68747470733a2f2f61636d652e6578616d706c652f74683230302f667703040500068206080c030e781e68747470733a2f2f61636d65\
    2e6578616d706c652f74683230302f7573620582ac000202d8641958cf03d864195ba904184805828201d8641955f48202d8641958cf060107810108\
    85624555624742625553625347624a500a8282040e8203181e0b18480cd8641967130df6a302d864195a3c0881612a0981030685a2000101820103a2\
    0003018103a3000401830103040418b4a2000501820103a300060182060802783c68747470733a2f2f61636d652e6578616d706c652f2e77656c6c2d\
    6b6e6f776e2f637361662f70726f76696465722d6d657461646174612e6a736f6e07a70082020401d864195a3c02d864195d16038301040504781e68\
    747470733a2f2f61636d652e6578616d706c652f74683230302f656f730518b406f508aa00813201812f0281030302040105f506f508f509f50a0209\
    aa006841636d65204c7464016654482d32303002826854482d3230302d576854482d3230302d4203816e303935303630303031333433353204826142\
    614305500000000000000000000000000000000006815000000000000000000000000000000000078219fff1198001086941636d6520486f6d650c78\
    1a68747470733a2f2f61636d652e6578616d706c652f74683230300aac000301040283821907ea19a112821907ea19a153821907ea199c5103f504d8\
    6419513a05782368747470733a2f2f61636d652e6578616d706c652f74683230302f726e2f322e342e3106d86419512c0765322e342e3108f40981a1\
    00782768747470733a2f2f61636d652e6578616d706c652f637361662f323032362d3031342e6a736f6e0ad864195f710bf40ba4008178196d61696c\
    746f3a70736972744061636d652e6578616d706c6501781868747470733a2f2f61636d652e6578616d706c652f6376640305040e0c81a200782e6874\
    7470733a2f2f61636d652e6578616d706c652f73626f6d2f74683230302d322e342e312e6364782e6a736f6e01822f58202d711642b726b04401627c\
    a9fbac32f5c8530fb1903cc4db02258717921a48810da4000601822f5820a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148\
    b0fa02d86419587403010e83a30001010102781e68747470733a2f2f61636d652e6578616d706c652f646f632f7468323030a3000201010371454e20\
    333033203634352056332e312e33a5000701030269434c532f313233343505d86419546906020f82a40062656e017842536563757269747920757064\
    6174657320756e74696c206174206c65617374203331204d6172636820323033322c206175746f6d6174696320616e6420667265652e02784d557064\
    6174657320696e7374616c6c206279207468656d73656c766573206174206e696768742e20596f752063616e20616c736f207570646174652066726f\
    6d20612055534220737469636b2e037849416674657220737570706f727420656e64732074686520746865726d6f73746174207374696c6c20776f72\
    6b732062792068616e643b2061707020636f6e74726f6c2073746f70732ea20062646501784c536963686572686569747375706461746573206d696e\
    64657374656e73206269732033312e204dc3a4727a20323033322c206175746f6d61746973636820756e64206b6f7374656e6c6f732e11d864195299\
    12782168747470733a2f2f61636d652e6578616d706c652f752f74683230302e636f73651384a300646d61696e01030201a30064626f6f7401010200\
    a30065726164696f01040201a30065636c6f7564010b0201";

fn instances() -> [Vec<u8>; 4] {
    [MINIMAL, NOTUP, REGMIN, TYPICAL].map(unhex)
}

#[test]
fn json_and_back_gives_the_same_bytes() {
    for bytes in instances() {
        assert_eq!(encoded(&words(&json(&bytes), "")), bytes);
    }
}

#[test]
fn the_minimal_promise_reads_as_meant() {
    let bytes = unhex(MINIMAL);
    let statement = Statement::parse(&bytes).unwrap();
    assert_eq!((statement.seq(), statement.updatable()), (1, Updatable::Yes));
    assert_eq!(statement.issued(), Date::parse("2026-11-23").unwrap());
    let end = Date::parse("2031-12-31").unwrap();
    assert_eq!(statement.guaranteed_everywhere(), Guarantee::Until(end));
    assert_eq!(statement.guaranteed_everywhere().on(end), Support::Guaranteed(end), "the last day counts");
    assert_eq!(statement.guaranteed_everywhere().on(Date::from_days(i64::from(end.days()) + 1).unwrap()), Support::Ended(end));
    assert_eq!(statement.channel_named("stable"), ChannelAnswer::Nameless);
}

#[test]
fn the_floor_of_the_typical_promise_is_the_earliest_over_its_regions() {
    let bytes = unhex(TYPICAL);
    let statement = Statement::parse(&bytes).unwrap();
    let floor = Floor::parse(Reader::new(&unhex("8307021958cf"))).unwrap();
    assert_eq!(Floor::of(&statement), floor);
    let mut writer = Writer::new(Grow(vec![]));
    floor.write(&mut writer).unwrap();
    assert_eq!(writer.into_inner().0, unhex("8307021958cf"));
}

#[test]
fn no_truncation_and_no_flipped_bit_of_a_statement_is_read_as_the_same() {
    for bytes in instances() {
        let said = json(&bytes);
        for end in 0..bytes.len() {
            assert!(Statement::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(statement) = Statement::parse(&flipped) {
                let (mut words, mut text) = (String::new(), String::new());
                describe(&statement, &mut words).unwrap();
                write_json(&statement, None, &mut text).unwrap();
                assert_ne!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), said, "bit {bit} says the same");
                assert!(words.len() < 40 * flipped.len() + 2000, "bit {bit}");
            }
        }
    }
}

fn fault(bytes: &str) -> ErrorKind {
    Statement::parse(&unhex(bytes)).map_err(|error: Error| error.kind()).unwrap_err()
}

#[test]
fn each_fault_has_its_name() {
    // From the minimal promise: {0: 1, 1: 1, 2: 100(20780), 3: 1, 4: [{0: 1}], 5: [{2: 100(22644)}]}
    let cases = [
        ("a4000201010 2d86419512c0301", ErrorKind::ValueOutOfRange), // version 2
        ("a400010101 02d903ec6a323032362d31312d32330301", ErrorKind::UnexpectedType), // tag 1004
        ("a40001011801 02d86419512c0301", ErrorKind::NotShortest),
        ("a5000101010102 02d86419512c0301", ErrorKind::DuplicateKey),
        ("a40001010102d86419512c0307", ErrorKind::ValueOutOfRange), // capability 7
        ("a30001010102d86419512c", ErrorKind::MissingField),
        ("a50001010102d86419512c030105 80", ErrorKind::EmptyArray),
        ("a40001010102d86419512c030100", ErrorKind::TrailingBytes),
        ("a50001010102d86419512c030138ff00", ErrorKind::UnknownKey), // key -256
    ];
    for (hex, expected) in cases {
        let hex: String = hex.chars().filter(|char| !char.is_whitespace()).collect();
        assert_eq!(fault(&hex), expected, "{hex}");
    }
}

#[test]
fn keys_that_may_come_with_later_versions_are_read_past() {
    assert!(Statement::parse(&unhex("a50001010102d86419512c0301186300")).unwrap().is_understood());
}

#[test]
fn a_critical_extension_makes_the_whole_statement_not_understood() {
    // {..., 20: ["org.example.x"], "org.example.x": true}
    let bytes = unhex("a60001010102d86419512c030114816d6f72672e6578616d706c652e786d6f72672e6578616d706c652e78f5");
    let statement = Statement::parse(&bytes).unwrap();
    assert!(!statement.is_understood());
    assert_eq!(statement.guaranteed_everywhere(), Guarantee::Unclear(Unclear::NotUnderstood));
}

fn promise(horizons: &str) -> Vec<u8> {
    let text = format!(r#"{{"seq": 1, "issued": "2026-11-24", "capability": "yes", "horizons": {horizons}}}"#);
    encoded(&serde_json::from_str(&text).unwrap())
}

#[test]
fn the_closest_region_counts_and_of_several_the_earliest() {
    let bytes = promise(
        r#"[{"guaranteed-until": "2030-01-01"},
            {"guaranteed-until": "2033-01-01", "regions": ["EU"]},
            {"guaranteed-until": "2034-01-01", "regions": ["DE"]},
            {"guaranteed-until": "2032-06-01", "regions": ["DE", "AT"]},
            {"guaranteed-until": "2027-01-01", "regions": ["DE"], "scope": [0]},
            {"guaranteed-until": "2031-01-01", "regions": ["US-CA"]}]"#,
    );
    let statement = Statement::parse(&bytes).unwrap();
    let until = |text| Guarantee::Until(Date::parse(text).unwrap());
    assert_eq!(statement.guaranteed_in("DE"), until("2032-06-01"));
    assert_eq!(statement.guaranteed_in("DE-BY"), until("2032-06-01"));
    assert_eq!(statement.guaranteed_in("FR"), until("2033-01-01"));
    assert_eq!(statement.guaranteed_in("GB"), until("2030-01-01"));
    assert_eq!(statement.guaranteed_in("US-CA"), until("2031-01-01"));
    assert_eq!(statement.guaranteed_in("US"), until("2030-01-01"));
    assert_eq!(statement.guaranteed_in("EU"), until("2033-01-01"));
    assert_eq!(statement.guaranteed_in("*"), until("2030-01-01"));
    assert_eq!(statement.guaranteed_everywhere(), until("2030-01-01"));
}

#[test]
fn what_is_not_said_is_never_taken_for_a_date() {
    let cases = [
        (r#"[{"guaranteed-until": "not-decided"}]"#, Unclear::NotDecided),
        (r#"[{"minimum-period": 60, "start-basis": "purchase"}]"#, Unclear::PeriodOnly),
        (r#"[{"anticipated-end": "2040-01-01"}]"#, Unclear::NotStated),
        (r#"[{"guaranteed-until": "2040-01-01", "scope": [0]}]"#, Unclear::NotStated),
        (r#"[{"guaranteed-until": "2040-01-01"}, {"guaranteed-until": "not-decided", "regions": ["US"]}]"#, Unclear::NotDecided),
    ];
    for (horizons, why) in cases {
        let bytes = promise(horizons);
        assert_eq!(Statement::parse(&bytes).unwrap().guaranteed_everywhere(), Guarantee::Unclear(why), "{horizons}");
        assert_eq!(Floor::of(&Statement::parse(&bytes).unwrap()).guaranteed_until, None);
    }
    let elsewhere = promise(r#"[{"guaranteed-until": "2040-01-01", "regions": ["US"]}]"#);
    assert_eq!(Statement::parse(&elsewhere).unwrap().guaranteed_in("DE"), Guarantee::Unclear(Unclear::NotStated));
}

#[test]
fn plain_words_say_what_is_not_stated() {
    let bytes = promise(r#"[{"guaranteed-until": "not-decided"}]"#);
    let mut words = String::new();
    describe(&Statement::parse(&bytes).unwrap(), &mut words).unwrap();
    assert!(words.contains("how: not stated by the manufacturer"), "{words}");
    assert!(words.contains("guaranteed until: not decided yet"), "{words}");
}
