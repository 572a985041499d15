//! `place`: the replicas of a new topic by each rule.

use expect_test::{Expect, expect};

use crate::program::{Ended, run};

fn check(ended: &Ended, expected: Expect) {
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    expected.assert_eq(&ended.out);
}

#[test]
fn each_rule_places_a_topic() {
    let brokers = ["place", "--brokers", "1..2@a,3@b,4@c", "--replication-factor", "3"];
    let place = |options: &[&str]| run(&[&brokers, options].concat());
    check(
        &place(&["--partitions", "3"]),
        expect![[r#"
        partition  replicas  racks
                0  2,3,4     a,b,c
                1  3,4,1     a,b,c
                2  4,2,3     a,b,c

           broker  replicas  preferred leader of  rack
                1         1                    0  a
                2         2                    1  a
                3         3                    1  b
                4         3                    1  c
    "#]],
    );
    check(
        &place(&["--partitions", "2", "--fenced", "1,3"]),
        expect![[r#"
        partition  replicas  racks
                0  4,2,3     a,b,c
                1  2,3,4     a,b,c

           broker  replicas  preferred leader of  rack
                1         0                    0  a
                2         2                    1  a
                3         2                    0  b
                4         2                    1  c
    "#]],
    );
    let zk = ["--rule", "zk", "--partitions", "3", "--start", "0", "--first-partition", "3"];
    check(
        &place(&zk),
        expect![[r#"
        partition  replicas  racks
                3  2,3,4     a,b,c
                4  1,3,4     a,b,c
                5  3,4,2     a,b,c

           broker  replicas  preferred leader of  rack
                1         1                    1  a
                2         2                    1  a
                3         3                    1  b
                4         3                    0  c
    "#]],
    );
    check(
        &place(&["--rule", "ideal", "--partitions", "2", "--json"]),
        expect![[r#"
        {"assignments":[{"partition":0,"replicas":[1,2,3],"racks":["a","b"]},{"partition":1,"replicas":[2,3,4],"racks":["a","b","c"]}],"brokers":[{"broker":1,"rack":"a","replicas":1,"preferred_leader_of":1},{"broker":2,"rack":"a","replicas":2,"preferred_leader_of":1},{"broker":3,"rack":"b","replicas":2,"preferred_leader_of":0},{"broker":4,"rack":"c","replicas":1,"preferred_leader_of":0}]}
    "#]],
    );
    let refused = |options: &[&str]| {
        let ended = run(options);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""));
        ended.err
    };
    let zk = ["place", "--brokers", "1@a,2", "--rule", "zk"];
    let all = [
        refused(&zk),
        refused(&[&zk[..], &["--rack-aware", "safe", "--replication-factor", "3"]].concat()),
        refused(&[&zk[..], &["--rack-aware", "safe", "--partitions", "0"]].concat()),
        refused(&["place", "--brokers", "1,2", "--replication-factor", "3"]),
        refused(&["place", "--brokers", "1,1"]),
        refused(&["place", "--brokers", "1..a"]),
        refused(&["place", "--brokers", "1..3", "--partitions", "0"]),
        refused(&["place", "--brokers", "1..3", "--replication-factor", "0"]),
        refused(&["place", "--brokers", "1,2", "--fenced", "1,2"]),
        refused(&["place", "--brokers", "1..3", "--fenced", "2,9"]),
        refused(&["place", "--brokers", "1..3", "--start", "2"]),
        refused(&["place", "--brokers", "1..3", "--rack-aware", "safe"]),
        refused(&["place", "--brokers", "1..3", "--first-partition", "1"]),
        refused(&["place", "--brokers", "1..3", "--rule", "zk", "--fenced", "2"]),
        refused(&["place", "--brokers", "1..3", "--rule", "ideal", "--seed", "2"]),
        refused(&[
            "place",
            "--brokers",
            "1,2",
            "--rule",
            "zk",
            "--partitions",
            "2",
            "--first-partition",
            "2147483647",
        ]),
    ];
    expect![[r#"
        place: error: Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.
          `--rack-aware disabled` does so here
        place: error: Replication factor: 3 larger than available brokers: 2.
          name more brokers, or ask for fewer replicas
        place: error: Number of partitions must be larger than 0.
          say `--partitions 1` or more
        place: error: Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 2 broker(s) are registered.
          name more brokers, or ask for fewer replicas
        --brokers: error: broker 1 is named twice
          name them as `1..2@az-a,3@az-b,4`, each once
        --brokers: error: `a` is no number of a broker
          name them as `1..2@az-a,3@az-b,4`, each once
        place: error: Number of partitions was set to an invalid non-positive value.
          say `--partitions 1` or more
        place: error: Replication factor must be larger than 0, or -1 to use the default value.
          say `--replication-factor 1` or more
        place: error: Unable to replicate the partition 1 time(s): All brokers are currently fenced.
          leave one broker out of `--fenced`
        --fenced: error: there is no broker 9
          name some of those behind `--brokers`
        --start: error: this goes with `--rule zk`
          leave it out, or ask by that rule
        --rack-aware: error: this goes with `--rule zk`
          leave it out, or ask by that rule
        --first-partition: error: this goes with `--rule zk` and `--rule ideal`
          leave it out, or ask by that rule
        --fenced: error: this goes with `--rule striped`
          leave it out, or ask by that rule
        --seed: error: this goes with `--rule striped` and `--rule zk`
          leave it out, or ask by that rule
        --first-partition: error: the last partition would be above 2147483647
          begin lower, or ask for fewer
    "#]].assert_eq(&all.concat());
}
