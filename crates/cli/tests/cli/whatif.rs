//! `whatif`: what real descriptions are understood as, and what is said of them.

use std::collections::BTreeSet;
use std::{env, fs};

use epochscope_whatif::sample::Sample;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::program::{Ended, Folder, root, run, run_with};

/// Six brokers in three racks; the topic `blind` was placed without looking at them.
const DESCRIPTION: &str = "\
Topic: aware\tTopicId: RwATrH2LThW5oVyv6trvWQ\tPartitionCount: 3\tReplicationFactor: 3\tConfigs: min.insync.replicas=2
\tTopic: aware\tPartition: 0\tLeader: 1\tReplicas: 1,3,5\tIsr: 1,3,5\tElr: \tLastKnownElr: 
\tTopic: aware\tPartition: 1\tLeader: 4\tReplicas: 4,6,2\tIsr: 4,6,2\tElr: \tLastKnownElr: 
\tTopic: aware\tPartition: 2\tLeader: 2\tReplicas: 5,2,3\tIsr: 2,3\tElr: \tLastKnownElr: 
Topic: blind\tTopicId: hQksl-ZBT1ysYMqSQU9Z8w\tPartitionCount: 2\tReplicationFactor: 2\tConfigs: min.insync.replicas=1,unclean.leader.election.enable=true
\tTopic: blind\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\tElr: \tLastKnownElr: 
\tTopic: blind\tPartition: 1\tLeader: 3\tReplicas: 4,3\tIsr: 3\tElr: \tLastKnownElr: 
";
const RACKS: &str = "1..2=az-a\n3..4=az-b\n5..6=az-c # 6 is new\n";

struct Files {
    folder: Folder,
    description: String,
    racks: String,
}

impl Files {
    fn new(name: &str, description: &str, racks: &str) -> Self {
        let folder = Folder::new(name);
        let description = folder.file("cluster.txt", description.as_bytes());
        let racks = folder.file("racks.txt", racks.as_bytes());
        Self { folder, description, racks }
    }

    fn whatif(&self, options: &[&str]) -> Ended {
        let files = ["whatif", &self.description, "--racks", &self.racks];
        let mut ended = run(&[&files, options].concat());
        let folder = self.folder.0.to_str().expect("the path is text").to_owned() + "/";
        ended.out = ended.out.replace(&folder, "");
        ended.err = ended.err.replace(&folder, "");
        ended
    }

    fn json(&self, options: &[&str]) -> Value {
        let ended = self.whatif(&[options, &["--json"]].concat());
        assert_eq!(ended.status, 0, "{}", ended.err);
        serde_json::from_str(&ended.out).expect("JSON")
    }
}

/// Without what each column means, which one test shows.
fn folded(mut ended: Ended) -> Ended {
    let is_legend = |line: &&str| {
        let word = line.strip_prefix("  ").and_then(|line| line.split_once(": "));
        let words = [
            "offline",
            "unclean",
            "below min ISR",
            "no replica left",
            "one rack left",
            "only together",
        ];
        word.is_some_and(|(word, _)| words.contains(&word))
    };
    let lines = ended.out.lines().filter(|line| !is_legend(line));
    ended.out = lines.map(|line| line.to_owned() + "\n").collect();
    ended
}

fn check(ended: &Ended, expected: Expect) {
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    expected.assert_eq(&ended.out);
}

#[test]
fn each_loss_on_a_terminal() {
    let files = Files::new("whatif-table", DESCRIPTION, RACKS);
    check(
        &files.whatif(&[]),
        expect![[r#"
            cluster.txt: 5 partitions of 2 topics on 6 brokers in 3 racks

            What a loss would add to what is so now, in partitions
              offline: nobody leads: neither written nor read
              unclean: led by a replica that was not in sync: acknowledged records may be gone
              below min ISR: led, but fewer in sync than min.insync.replicas: acks=all is refused
              no replica left: the last rack with a replica is gone, or the last broker
              one rack left: what is still in sync stands in one rack, and stood in several
              only together: offline by the loss of both, and not by that of one

            losing a rack  offline  unclean  below min ISR  no replica left  one rack left  such as
            (now)                -        -              -                -              -
            rack az-a            1        -              1                1              1  blind-0
            rack az-b            1        -              1                1              1  blind-1
            rack az-c            -        -              -                -              -

            losing a broker  offline  unclean  below min ISR  no replica left  one rack left  such as
            broker 1               -        -              -                -              -
            broker 2               -        -              1                -              1  aware-2
            broker 3               -        1              1                -              1  aware-2, blind-1
            broker 4               -        -              -                -              -
            broker 5               -        -              -                -              -
            broker 6               -        -              -                -              -

            losing two racks, the worst  offline  only together  unclean  below min ISR  no replica left  one rack left  such as
            racks az-a and az-b                3              1        -              2                2              2  aware-2, blind-0, ...
            racks az-a and az-c                1              -        -              3                1              3  blind-0
            racks az-b and az-c                1              -        -              3                1              3  blind-1

            losing two brokers, the worst  offline  only together  unclean  below min ISR  no replica left  one rack left  such as
            brokers 2 and 3                      1              1        1              -                -              -  aware-2
            brokers 1 and 2                      1              1        -              1                1              1  blind-0
            brokers 3 and 4                      1              1        -              1                1              1  blind-1
            brokers 1 and 3                      -              -        1              2                -              2  aware-0, aware-2, ...
            brokers 3 and 5                      -              -        1              2                -              2  aware-0, aware-2, ...
            brokers 3 and 6                      -              -        1              1                -              1  aware-2, blind-1
            brokers 2 and 4                      -              -        -              2                -              2  aware-1, aware-2
            brokers 2 and 6                      -              -        -              2                -              2  aware-1, aware-2
            brokers 1 and 5                      -              -        -              1                -              1  aware-0
            brokers 2 and 5                      -              -        -              1                -              1  aware-2
            and 1 more (--json)

            Leaders: 5 partitions shared by 6 brokers would be 0.8 each

            broker  rack  replicas  leads  preferred  not led  after election
            1       az-a         2      2          2        0               2
            2       az-a         3      1          0        0               1
            3       az-b         3      1          0        0               1
            4       az-b         2      1          2        1               1
            5       az-c         2      0          1        1               0
            6       az-c         1      0          0        0               0

            Weak spots
              2 partitions with replicas that share a rack while another is free, of which 2 in a single one: blind-0, blind-1.
              2 partitions under-replicated now: aware-2, blind-1.
              2 partitions not led by the preferred leader; no election of preferred leaders would change that now.

            Moves: 2 partitions to reassign, 2 replicas to copy, so that none shares a rack without need.
            `--reassignment FILE` writes them for kafka-reassign-partitions.sh.

            after the moves  offline  unclean  below min ISR  no replica left  one rack left
            rack az-a         1 -> 0        -              1           1 -> 0         1 -> 3
            rack az-b         1 -> 0        -              1           1 -> 0         1 -> 2
            rack az-c              -        -              -                -         0 -> 1
            sharing a rack without need: 2 -> 0
        "#]],
    );
}

#[test]
fn every_partition_that_one_loss_harms() {
    let files = Files::new("whatif-lose", DESCRIPTION, RACKS);
    check(
        &files.whatif(&["--lose", "rack:az-b"]),
        expect![[r#"
        cluster.txt: 5 partitions of 2 topics on 6 brokers in 3 racks

        losing rack az-b  offline  unclean  below min ISR  no replica left  one rack left
        (now)                   -        -              -                -              -
        adds                    1        -              1                1              1

        blind-1  offline, no replica left
        aware-2  below min ISR, one rack left
    "#]],
    );
    check(
        &files.whatif(&["--lose", "1,2"]),
        expect![[r#"
        cluster.txt: 5 partitions of 2 topics on 6 brokers in 3 racks

        losing brokers 1 and 2  offline  unclean  below min ISR  no replica left  one rack left
        (now)                         -        -              -                -              -
        adds                          1        -              1                1              1

        blind-0  offline, no replica left
        aware-2  below min ISR, one rack left
    "#]],
    );
}

#[test]
fn without_racks_nothing_is_said_of_them() {
    let text = "Topic:logs\tPartitionCount:1\tReplicationFactor:2\tConfigs:\n\
                \tTopic: logs\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n";
    let ended = run_with(&["whatif", "-", "--min-isr", "2"], text.as_bytes());
    check(
        &folded(ended),
        expect![[r#"
            <stdin>: 1 partition of 1 topic on 2 brokers

            What a loss would add to what is so now, in partitions

            losing a broker  offline  below min ISR  no replica left  such as
            (now)                  -              -                -
            broker 1               -              1                -  logs-0
            broker 2               -              1                -  logs-0

            losing two brokers, the worst  offline  only together  below min ISR  no replica left  such as
            brokers 1 and 2                      1              1              -                1  logs-0

            Leaders: 1 partition shared by 2 brokers would be 0.5 each

            broker  rack  replicas  leads  preferred  not led  after election
            1          -         1      1          1        0               1
            2          -         1      0          0        0               0

            Weak spots
              1 partition whose min.insync.replicas wants every replica: logs-0.
        "#]],
    );
}

#[test]
fn what_generate_prints_is_compared() {
    let text = "Current partition replica assignment\n\
        {\"version\":1,\"partitions\":[\
        {\"topic\":\"a\",\"partition\":0,\"replicas\":[1,2],\"log_dirs\":[\"any\",\"any\"]},\
        {\"topic\":\"a\",\"partition\":1,\"replicas\":[3],\"log_dirs\":[\"any\"]}]}\n\n\
        Proposed partition reassignment configuration\n\
        {\"version\":1,\"partitions\":[\
        {\"topic\":\"a\",\"partition\":0,\"replicas\":[1,3],\"log_dirs\":[\"any\",\"any\"]}]}\n";
    let files = Files::new("whatif-generate", text, "1..2=x\n3..4=y\n");
    check(
        &folded(files.whatif(&[])),
        expect![[r#"
            cluster.txt: 2 partitions of 1 topic on 4 brokers in 2 racks
            Note: line 1: a plan tells of no leaders: every replica is taken as in sync, the first as leading

            What a loss would add to what is so now, in partitions

            losing a rack  offline  below min ISR  no replica left  one rack left  such as
            (now)                -              -                -              -
            rack x               1              -                1              -  a-0
            rack y               1              -                1              -  a-1

            losing a broker  offline  below min ISR  no replica left  one rack left  such as
            broker 1               -              -                -              -
            broker 2               -              -                -              -
            broker 3               1              -                1              -  a-1
            broker 4               -              -                -              -

            losing two racks, the worst  offline  only together  below min ISR  no replica left  one rack left  such as
            racks x and y                      2              -              -                2              -  a-0, a-1

            losing two brokers, the worst  offline  only together  below min ISR  no replica left  one rack left  such as
            brokers 1 and 2                      1              1              -                1              -  a-0
            brokers 1 and 3                      1              -              -                1              -  a-1
            brokers 2 and 3                      1              -              -                1              -  a-1
            brokers 3 and 4                      1              -              -                1              -  a-1

            Leaders: 2 partitions shared by 4 brokers would be 0.5 each

            broker  rack  replicas  leads  preferred  not led  after election
            1          x         1      1          1        0               1
            2          x         1      0          0        0               0
            3          y         1      1          1        0               1
            4          y         0      0          0        0               0

            Weak spots
              1 partition with replicas that share a rack while another is free, of which 1 in a single one: a-0.
              1 partition with a single replica: a-1.

            as proposed: losing a rack  offline  below min ISR  no replica left  one rack left
            rack x                       1 -> 0              -           1 -> 0         0 -> 1
            rack y                            1              -                1         0 -> 1

            as proposed: losing a broker  offline  below min ISR  no replica left  one rack left
            broker 1                            -              -                -         0 -> 1
            broker 2                            -              -                -              -
            broker 3                            1              -                1         0 -> 1
            broker 4                            -              -                -              -

            as proposed: losing two racks, the worst  offline  below min ISR  no replica left  one rack left
            racks x and y                                   2              -                2              -

            as proposed: losing two brokers, the worst  offline  below min ISR  no replica left  one rack left
            brokers 1 and 3                              1 -> 2              -           1 -> 2              -
            brokers 2 and 3                                   1              -                1         0 -> 1
            brokers 3 and 4                                   1              -                1         0 -> 1
            brokers 1 and 2                              1 -> 0              -           1 -> 0         0 -> 1
            brokers 1 and 4                                   -              -                -         0 -> 1

            as proposed: broker  replicas  leads  preferred  not led  after election
            1                           1      1          1        -               1
            2                      1 -> 0      -          -        -               -
            3                      1 -> 2      1          1        -               1
            4                           -      -          -        -               -

            as proposed: weak spots             partitions
            share a rack while another is free      1 -> 0
            of these in a single rack               1 -> 0
            a single replica                             1
        "#]],
    );
}

/// Moves for [`DESCRIPTION`]: one whose leader leaves, one that spreads over racks, one that is so
/// already.
const PLAN: &str = r#"{"version":1,"partitions":[
    {"topic":"aware","partition":0,"replicas":[6,3,5],"log_dirs":["any","any","any"]},
    {"topic":"blind","partition":0,"replicas":[1,6]},
    {"topic":"aware","partition":1,"replicas":[4,6,2]}
]}"#;

#[test]
fn a_plan_is_told_beside_what_is_so() {
    let files = Files::new("whatif-plan", DESCRIPTION, RACKS);
    let plan = files.folder.file("plan.json", PLAN.as_bytes());
    let all = files.whatif(&["--plan", &plan]);
    assert_eq!((all.status, all.err.as_str()), (0, ""));
    let before = files.whatif(&[]).out;
    let beside = all.out.split_once("\nThe plan:").map(|(_, rest)| format!("The plan:{rest}"));
    expect![[r#"
        The plan: 2 partitions reassigned, 2 replicas copied.

        as proposed: losing a rack  offline  unclean  below min ISR  no replica left  one rack left
        rack az-a                    1 -> 0        -              1           1 -> 0         1 -> 2
        rack az-b                         1        -              1                1         1 -> 2
        rack az-c                         -        -         0 -> 1                -         0 -> 2

        as proposed: losing a broker  offline  unclean  below min ISR  no replica left  one rack left
        broker 1                            -        -              -                -         0 -> 1
        broker 2                            -        -              1                -              1
        broker 3                            -        1              1                -         1 -> 2
        broker 4                            -        -              -                -              -
        broker 5                            -        -              -                -              -
        broker 6                            -        -              -                -         0 -> 1

        as proposed: losing two racks, the worst  offline  unclean  below min ISR  no replica left  one rack left
        racks az-b and az-c                        1 -> 2        -         3 -> 2           1 -> 2              3
        racks az-a and az-b                        3 -> 2        -         2 -> 1           2 -> 1         2 -> 3
        racks az-a and az-c                             1        -              3                1              3

        as proposed: losing two brokers, the worst  offline  unclean  below min ISR  no replica left  one rack left
        brokers 2 and 3                                   1        1              -                -         0 -> 1
        brokers 3 and 4                                   1        -              1                1         1 -> 2
        brokers 1 and 6                              0 -> 1        -              -           0 -> 1              -
        brokers 3 and 6                                   -        1         1 -> 2                -         1 -> 3
        brokers 3 and 5                                   -        1              2                -              2
        brokers 1 and 3                                   -        1         2 -> 1                -         2 -> 3
        brokers 2 and 6                                   -        -              2                -         2 -> 3
        brokers 2 and 4                                   -        -              2                -              2
        brokers 1 and 2                              1 -> 0        -              1           1 -> 0         1 -> 2
        brokers 4 and 6                                   -        -              1                -         1 -> 2

        as proposed: broker  replicas   leads  preferred  not led  after election
        1                      2 -> 1  2 -> 1     2 -> 1        -          2 -> 1
        2                      3 -> 2       1          -        -               1
        3                           3       1          -        -               1
        4                           2       1          2        1               1
        5                           2       -          1        1               -
        6                      1 -> 3  0 -> 1     0 -> 1        -          0 -> 1

        as proposed: weak spots             partitions
        share a rack while another is free           2
        of these in a single rack               2 -> 1
        under-replicated                             2
        not led by the preferred leader              2
    "#]].assert_eq(&beside.unwrap_or_default());
    let same = before.split("\nMoves:").next().unwrap_or_default();
    assert!(all.out.starts_with(same), "what is so now is told as ever");
    expect![[r#"
        cluster.txt: 5 partitions of 2 topics on 6 brokers in 3 racks

        losing rack az-a   offline  unclean  below min ISR  no replica left  one rack left
        (now)                    -        -              -                -              -
        adds                     1        -              1                1              1
        adds, as proposed        -        -              1                -              2

        blind-0  offline, no replica left
        aware-2  below min ISR, one rack left
    "#]]
    .assert_eq(&files.whatif(&["--plan", &plan, "--lose", "rack:az-a"]).out);
    let json = files.json(&["--plan", &plan]);
    assert_eq!(json["after"]["what"], "proposed");
    assert_eq!(json["moves"]["copies"], 2);
    assert_eq!(json["after"]["brokers"][5]["leads"], 1, "broker 6 leads aware-0");
    // A description of the cluster after the plan tells the same.
    let done = DESCRIPTION
        .replace("Leader: 1\tReplicas: 1,3,5\tIsr: 1,3,5", "Leader: 6\tReplicas: 6,3,5\tIsr: 6,3,5")
        .replace("Replicas: 1,2\tIsr: 1,2", "Replicas: 1,6\tIsr: 1,6");
    let done = Files::new("whatif-plan-done", &done, RACKS).json(&[]);
    for key in ["brokers", "leaders", "losses", "weak_spots"] {
        assert_eq!(json["after"][key], done[key], "{key}");
    }
    let page = files.whatif(&["--plan", &plan, "--html"]).out;
    assert!(page.contains("<h2>Before → as proposed</h2>") && page.contains("<td>1 → 0</td>"));
}

#[test]
fn a_plan_that_cannot_be_is_told_with_what_there_is() {
    let files = Files::new("whatif-bad-plan", DESCRIPTION, RACKS);
    let told = |text: &str, options: &[&str]| {
        let plan = files.folder.file("plan.json", text.as_bytes());
        let ended = files.whatif(&[&["--plan", &plan], options].concat());
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{text}");
        ended.err
    };
    let twice = r#"{"topic":"a","partition":0,"replicas":[1]},"#.repeat(2);
    let twice = twice.trim_end_matches(',').to_owned();
    let one = |entry: &str| format!(r#"{{"version":1,"partitions":[{entry}]}}"#);
    let all = [
        told(&one(r#"{"topic":"awake","partition":0,"replicas":[1]}"#), &[]),
        told(&one(r#"{"topic":"aware","partition":9,"replicas":[1]}"#), &[]),
        told(&one(r#"{"topic":"aware","partition":0,"replicas":[1,7]}"#), &[]),
        told(&one(&twice), &["--json"]),
        told(&one(r#"{"topic":"aware","partition":0,"replicas":[]}"#), &["--html"]),
        told(&one(r#"{"topic":"aware","partition":0,"replicas":[1,-2]}"#), &[]),
        told(&one(""), &[]),
        told("\n{\"version\":2,\"partitions\":[]}", &[]),
        told(&format!("{PLAN}\n{PLAN}"), &[]),
        told("aware 0 1,2,3\n", &[]),
    ];
    expect![[r#"
        plan.json:1: error: there is no topic awake in the description
          expected one of aware, blind
        plan.json:1: error: there is no partition aware-9 in the description
          expected one of 0, 1, 2
        plan.json:1: error: aware-0: there is no broker 7
          expected some of 1, 2, 3, 4, 5, 6; `--racks` names brokers that have no replica yet
        plan.json:1: error: partitions[1]: a-0 stands here a second time
          expected each once
        plan.json:1: error: partitions[0]: 0 replicas
          expected from 1 to 64
        plan.json:1: error: column 74: invalid value: integer `-2`, expected u32
          expected `{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`
        plan.json:1: error: no partition is assigned here
          expected `{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`
        plan.json:2: error: version 2 is unknown
          expected version 1, the only one there is
        plan.json:6: error: something follows the assignment
          expected `{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`
        plan.json:1: error: there is no assignment in this file
          expected `{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`
    "#]].assert_eq(&all.concat());
    let plan = files.folder.file("plan.json", PLAN.as_bytes());
    let generated = format!("{PLAN}\n{PLAN}");
    let generated = files.folder.file("generated.txt", generated.as_bytes());
    let twice = run(&["whatif", &generated, "--plan", &plan]);
    assert_eq!(twice.status, 2);
    assert!(twice.err.contains("proposes something already"), "{}", twice.err);
}

#[test]
fn moves_that_never_end_are_left_out_of_a_plan() {
    let description = DESCRIPTION
        .replace("Leader: 1\tReplicas: 1,2\tIsr: 1,2", "Leader: none\tReplicas: 1,2\tIsr: 1")
        .replace("\tIsr: 1,3,5", "\tIsr: 1,3");
    let files = Files::new("whatif-endless-plan", &description, RACKS);
    let plan = PLAN.replace("[4,6,2]", "[4,5,2]");
    let plan = files.folder.file("plan.json", plan.as_bytes());
    let ended = files.whatif(&["--plan", &plan]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let notes = ended.out.lines().filter(|line| line.starts_with("Note:"));
    expect![[r#"
        Note: left as it is: blind-0: nobody leads, so nothing can be copied
        Note: left as it is: aware-1: a broker that it is to move to seems to be down
    "#]]
    .assert_eq(&notes.map(|line| line.to_owned() + "\n").collect::<String>());
}

#[test]
fn the_moves_are_a_file_for_kafkas_tool() {
    let files = Files::new("whatif-moves", DESCRIPTION, RACKS);
    let path = files.folder.0.join("moves.json");
    let ended = files.whatif(&["--reassignment", path.to_str().expect("the path is text")]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    let written = fs::read_to_string(&path).expect("it was written");
    expect![[r#"
        {"version":1,"partitions":[{"topic":"blind","partition":0,"replicas":[1,6]},{"topic":"blind","partition":1,"replicas":[1,3]}]}
    "#]].assert_eq(&written);
    // It is a plan itself, in which nothing is left to be moved.
    let again = run(&["whatif", path.to_str().expect("text"), "--racks", &files.racks, "--json"]);
    let again: Value = serde_json::from_str(&again.out).expect("JSON");
    assert_eq!(again["source"]["kind"], "reassignment");
    assert_eq!(again["moves"]["partitions"], Value::Array(Vec::new()));
}

/// The scenario expects what was said; a simulated cluster then does it.
#[test]
fn a_simulated_cluster_does_what_was_said() {
    let files = Files::new("whatif-run", DESCRIPTION, RACKS);
    let told = files.whatif(&["--scenario"]);
    expect![[r#"
        epochscope 1
        title    What if we lose rack az-a
        about    From cluster.txt: 3 of 5 partitions, 6 of 6 brokers.
        kafka    4.3
        brokers  1..2@az-a 3..4@az-b 5..6@az-c
        controllers 101..103
        topic    aware partitions=2 replicas=1,3,5;4,6,2 min.insync.replicas=2
        topic    blind partitions=1 replicas=1,2 min.insync.replicas=1 unclean.leader.election.enable=true

        run for=5s
        say Now we lose rack az-a.
        marker lost
        kill 1,2
        run for=20s
        say 1 of these partitions have no leader, and 0 refuse acks=all.
        expect offline = 1 and under-min-isr = 0
    "#]].assert_eq(&told.out);
    expect![[r#"
        cluster.txt: warning: 3 of 5 partitions are in it, the worst first
        cluster.txt: warning: 2 partitions whose replicas lag, move or wait for a leader were not taken
    "#]].assert_eq(&told.err);
    for lost in
        ["1", "3", "5", "1,2", "3,4", "2,6", "rack:az-a", "rack:az-b", "rack:az-a,rack:az-c"]
    {
        let told = files.whatif(&["--scenario", "--lose", lost]);
        let ran = run_with(&["run", "-"], told.out.as_bytes());
        assert_eq!(ran.status, 0, "{lost}: {}", ran.out);
        let formatted = run_with(&["fmt", "-"], told.out.as_bytes());
        assert_eq!(formatted.out, told.out, "it is in its canonical form");
    }
}

const MIXED: &str = "\
Topic: t\tTopicId: x\tPartitionCount: 4\tReplicationFactor: 3\tConfigs: min.insync.replicas=2
\tTopic: t\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2,3
\tTopic: t\tPartition: 1\tLeader: 3\tReplicas: 2,3,1\tIsr: 1,2,3
\tTopic: t\tPartition: 2\tLeader: 1\tReplicas: 3,1,2\tIsr: 1,2,3
\tTopic: t\tPartition: 3\tLeader: 1\tReplicas: 2,1,3\tIsr: 1,2,3
Topic: u\tTopicId: y\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: 
\tTopic: u\tPartition: 0\tLeader: 2\tReplicas: 3,2\tIsr: 2,3
";

#[test]
fn who_leads_out_of_turn_does_so_in_the_scenario() {
    let told = run_with(&["whatif", "-", "--scenario", "--lose", "1,2"], MIXED.as_bytes());
    let header = told.out.split("\n\n").next().unwrap_or_default().to_owned() + "\n";
    expect![[r#"
        epochscope 1
        title    What if we lose brokers 1 and 2
        about    From <stdin>: 5 of 5 partitions, 3 of 3 brokers.
        kafka    4.3
        brokers  1..3
        controllers 101..103
        topic    t partitions=1 replicas=1,2,3 min.insync.replicas=2
        # Partitions 0 to 1 of it are really 2,3 of t.
        topic    t-led-by-1 partitions=2 replicas=3,1,2;2,1,3 leader=1 min.insync.replicas=2
        # Partition 0 of it is really 1 of t.
        topic    t-led-by-3 partitions=1 replicas=2,3,1 leader=3 min.insync.replicas=2
        topic    u partitions=1 replicas=3,2 leader=2 min.insync.replicas=1
        <stdin>: warning: partitions of one topic with different leaders are in topics of their own
    "#]]
    .assert_eq(&(header + &told.err));
    let checked = told.out.replace(
        "say Now",
        "expect leader t-0 = 1 and leader t-led-by-1-1 = 1 and \
         leader t-led-by-3-0 = 3 and leader u-0 = 2\nsay Now",
    );
    let ran = run_with(&["run", "-"], checked.as_bytes());
    assert_eq!(ran.status, 0, "{}{}", ran.err, ran.out);
}

#[test]
fn with_nothing_to_tell_there_is_no_scenario() {
    let lagging = MIXED.replace("1,2,3\n", "1,3\n").replace("Isr: 2,3\n", "Isr: 2\n");
    let lagging = lagging.replace("Replicas: 1,2,3\tIsr: 1,3", "Replicas: 1,2,3\tIsr: 1");
    let description =
        format!("{lagging}\tTopic: v\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n");
    assert_eq!(run_with(&["whatif", "-", "--scenario"], description.as_bytes()).status, 0);
    let mut told = String::new();
    for form in ["--scenario", "--link"] {
        let ended = run_with(&["whatif", "-", form], lagging.as_bytes());
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{form}");
        told = ended.err;
    }
    expect![[r#"
        <stdin>: error: no partition can be told of in a scenario: replicas lag, move or wait for a leader
          describe again when some are in sync; the tables tell of all of them
    "#]].assert_eq(&told);
    let page = run_with(&["whatif", "-", "--html"], lagging.as_bytes());
    assert!(page.status == 0 && !page.out.contains("See it happen"), "{}", page.err);
}

#[test]
fn a_loss_that_harms_nothing_names_nothing() {
    let ended = run_with(&["whatif", "-"], MIXED.replace("replicas=2", "replicas=1").as_bytes());
    let losses = ended.out.lines().filter(|line| line.starts_with("broker ") && line.contains('-'));
    expect![[r#"
        broker 1               -              -                -
        broker 2               -              -                -
        broker 3               -              -                -
    "#]]
    .assert_eq(&losses.map(|line| line.to_owned() + "\n").collect::<String>());
    let json = run_with(&["whatif", "-", "--json"], MIXED.as_bytes());
    let json: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["losses"]["brokers"][0]["one_rack_left"], 0);
}

/// Sixty brokers and ten thousand partitions: what is said of the whole, and what a simulated
/// cluster does with a part of it.
#[test]
fn a_large_cluster_is_judged_and_told() {
    let sample = Sample { brokers: 60, racks: 3, topics: 1_000, partitions: 10 };
    let files = Files::new("whatif-large", &sample.describe(), &sample.racks());
    let head = |ended: Ended, lines: usize| {
        assert_eq!(ended.status, 0, "{}", ended.err);
        ended.out.lines().take(lines).map(|line| format!("{line}\n")).collect::<String>()
    };
    expect![[r#"
        cluster.txt: 10,000 partitions of 1,000 topics on 60 brokers in 3 racks
        Taken as down, since nothing of theirs is in sync: 31

        What a loss would add to what is so now, in partitions

        losing a rack  offline  below min ISR  no replica left  one rack left  such as
        (now)               12              -               12              -
        rack az-1          498            300              498            467  topic-00003-0, topic-00003-1, ...
    "#]].assert_eq(&head(folded(files.whatif(&[])), 8));
    let json = files.json(&[]);
    assert_eq!(json["losses"]["brokers"].as_array().map(Vec::len), Some(59));
    let pairs = json["losses"]["broker_pairs"]["harmful"].as_u64();
    assert_eq!(pairs, Some(59 * 58 / 2), "every pair harms something");
    expect![[r#"
        cluster.txt: 10,000 partitions of 1,000 topics on 60 brokers in 3 racks
        Taken as down, since nothing of theirs is in sync: 31

        losing brokers 29 and 30  offline  below min ISR  no replica left  one rack left
        (now)                          12              -               12              -
        adds                           33             20               33              -

        topic-00087-0  offline, no replica left
        topic-00107-5  offline, no replica left
    "#]]
    .assert_eq(&head(files.whatif(&["--lose", "29,30"]), 9));
    for lost in ["1", "30,32", "rack:az-2", "rack:az-1,rack:az-3"] {
        let told = files.whatif(&["--scenario", "--lose", lost]);
        let ran = run_with(&["run", "-"], told.out.as_bytes());
        assert_eq!(ran.status, 0, "{lost}: {}", ran.out);
    }
    assert_eq!(files.whatif(&["--html"]).status, 0);
}

#[test]
fn a_link_opens_as_the_scenario() {
    let files = Files::new("whatif-link", DESCRIPTION, RACKS);
    let link = files.whatif(&["--link", "--base", "https://example.org/"]);
    assert!(link.out.starts_with("https://example.org/#e1"), "{}", link.out);
    let opened = run(&["open", link.out.trim()]);
    assert_eq!((opened.status, opened.out), (0, files.whatif(&["--scenario"]).out));
}

#[test]
fn mistakes_are_told_with_their_lines() {
    let text = "Topic: a\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: \n\
                \tTopic: a\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,\n\
                \tTopic: a\tPartition: 1\tLead\n";
    let files = Files::new("whatif-broken", text, "1=x\n2\n");
    let ended = files.whatif(&[]);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    expect![[r#"
        racks.txt:2: error: `2` names no rack
          expected `1=az-a`, `1,2,3=az-a` or `1..3=az-a`, one a line
    "#]]
    .assert_eq(&ended.err);
    let files = Files::new("whatif-broken-too", text, "1=x\n");
    let refused = |ended: Ended| {
        assert_eq!((ended.status, ended.out.as_str()), (2, ""));
        ended.err
    };
    expect![[r#"
        cluster.txt:2: error: `` cannot stand behind `Isr:`
          expected numbers of brokers with commas between
        cluster.txt:3: error: `Lead` stands between the columns
          expected `Column: value`, with tabs between; the line may be cut off
    "#]]
    .assert_eq(&refused(files.whatif(&[])));
    let of = |text: &str| refused(run_with(&["whatif", "-"], text.as_bytes()));
    expect![[r#"
        <stdin>:2: error: column 28: trailing comma
          expected `{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,2,3]}]}`
    "#]].assert_eq(&of("{\"version\":1,\n\"partitions\":[{\"topic\":\"a\",}]}"));
    expect![[r#"
        <stdin>:1: error: partitions[0]: a broker stands twice in `replicas`
          expected each once
        <stdin>:1: error: partitions[1]: 0 replicas
          expected from 1 to 64
        <stdin>:1: error: partitions[1]: a-0 stands here a second time
          expected each once
    "#]]
    .assert_eq(&of("{\"version\":1,\"partitions\":[{\"topic\":\"a\",\
        \"partition\":0,\"replicas\":[1,1]},{\"topic\":\"a\",\"partition\":0,\"replicas\":[]}]}"));
    expect![[r#"
        <stdin>:1: error: `what` describes no topic and no partition
          expected the output of `kafka-topics.sh --describe`, with lines such as `Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3`
    "#]].assert_eq(&of(&"what\n".repeat(3)));
    let impossible = "Topic: a\tPartitionCount: 2\tReplicationFactor: 3\tConfigs: min.insync.replicas=abc\n\
        Topic: b\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: min.insync.replicas=-4\n\
        Topic: c\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: retention.ms=1,unclean.leader.election.enable=yes\n\
        \tTopic: a\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tElr: 2,3\tLastKnownElr: \n\
        \tTopic: a\tPartition: 1\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tElr: 4\tLastKnownElr: \n\
        \tTopic: a\tPartition: 2\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tElr: 3,3\tLastKnownElr: \n";
    expect![[r#"
        <stdin>:1: error: `abc` is no value of `min.insync.replicas`
          expected a whole number from 1
        <stdin>:2: error: `-4` is no value of `min.insync.replicas`
          expected a whole number from 1
        <stdin>:3: error: `yes` is no value of `unclean.leader.election.enable`
          expected `true` or `false`
        <stdin>:4: error: broker 2 stands in `Isr` and in `Elr`
          expected each in one of them: eligible is who was in sync and is no longer
        <stdin>:5: error: broker 4 is eligible to lead and no replica
          expected an `Elr` out of `Replicas`
        <stdin>:6: error: broker 3 stands twice in a list
          expected each once
    "#]]
    .assert_eq(&of(impossible));
    let many = "\tTopic: a\tPartition: x\n".repeat(30);
    assert_eq!(of(&many).lines().count(), 41);
    let bytes = run_with(&["whatif", "-"], b"Topic: a\n\xff\xfeT\n");
    expect![[r#"
        <stdin>:2: error: this is no UTF-8 text
          expected text in UTF-8; of PowerShell's `>` make `| Out-File -Encoding utf8`
    "#]]
    .assert_eq(&refused(bytes));
    let files = Files::new("whatif-unknown", DESCRIPTION, RACKS);
    let lose = |nodes: &str| refused(files.whatif(&["--lose", nodes]));
    let all = ["7", "rack:az-z", "1,2,3", "1,rack:az-a"].map(lose).concat();
    expect![[r#"
        --lose: error: `7`: there is no such node
          there are: 1, 2, 3, 4, 5, 6
        --lose: error: `rack:az-z`: there is no such node
          there are: rack:az-a, rack:az-b, rack:az-c
        --lose: error: `1,2,3`: these are more than two
          name one or two
        --lose: error: `1,rack:az-a`: there is no such node
          there are: 1, 2, 3, 4, 5, 6
    "#]]
    .assert_eq(&all);
}

/// What real clusters of Kafka 4.1.1 printed, and what the tool's own class did when it was asked.
#[test]
fn recorded_descriptions_are_read() {
    let mut texts = Vec::new();
    let rules = root().join("conformance/rules/partition_describe.jsonl");
    for line in fs::read_to_string(rules).expect("it is there").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        texts.push(case["out"]["text"].as_str().expect("a text").to_owned());
    }
    let traces = fs::read_dir(root().join("conformance/live-kraft")).expect("it is there");
    for trace in traces {
        let text = fs::read_to_string(trace.expect("a file").path()).expect("it can be read");
        let trace: Value = serde_json::from_str(&text).expect("JSON");
        let described = trace["describe"].as_array().into_iter().flatten();
        texts.extend(described.filter_map(|it| it["text"].as_str().map(str::to_owned)));
    }
    assert!(texts.len() > 100, "{}", texts.len());
    for text in texts.iter().filter(|text| !text.starts_with("Error")) {
        let ended = run_with(&["whatif", "-", "--json"], text.as_bytes());
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{text}");
        let report: Value = serde_json::from_str(&ended.out).expect("JSON");
        let lines = text.lines().filter(|line| line.starts_with('\t')).count();
        assert_eq!(report["source"]["partitions"], lines, "{text}");
        assert_eq!(report["notes"], Value::Array(Vec::new()), "{text}");
    }
}

fn page() -> String {
    fs::read_to_string(root().join("docs/whatif.md")).expect("the page is there")
}

fn fenced<'a>(page: &'a str, kind: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```{kind}\n")).expect("the fence is there");
    rest.split_once("```").expect("the fence ends").0
}

#[test]
fn the_page_s_example_is_what_is_printed() {
    let page = page();
    let files = Files::new("whatif-page", fenced(&page, "describe"), fenced(&page, "racks"));
    let real = files.whatif(&[]).out;
    let after = page.split("```racks").nth(1).expect("the fence is there");
    let written = fenced(after, "text");
    if written != real && env::var_os("UPDATE_EXPECT").is_some() {
        let (old, new) = (format!("```text\n{written}```"), format!("```text\n{real}```"));
        let begin = page.len() - after.len();
        let text = page[..begin].to_owned() + &after.replacen(&old, &new, 1);
        fs::write(root().join("docs/whatif.md"), text).expect("the page can be written");
        return;
    }
    assert_eq!(written, real, "UPDATE_EXPECT=1 rewrites the page");
}

/// Where the page says that the keys are those of another place, that place.
fn documented_at(path: &str) -> String {
    const LIKE: [(&str, &str); 14] = [
        ("after.brokers[]", "brokers[]"),
        ("after.leaders", "leaders"),
        ("after.asked", "asked"),
        ("after.weak_spots", "weak_spots"),
        ("after.losses", "losses"),
        ("losses.broker_pairs", "losses.rack_pairs"),
        ("losses.rack_pairs.worst[]", "losses.racks[]"),
        ("losses.brokers[]", "losses.racks[]"),
        ("asked.loss", "losses.racks[]"),
        ("weak_spots.in_one_rack", "weak_spots.sharing_a_rack"),
        ("weak_spots.single_replica", "weak_spots.sharing_a_rack"),
        ("weak_spots.without_slack", "weak_spots.sharing_a_rack"),
        ("weak_spots.under_replicated", "weak_spots.sharing_a_rack"),
        ("", ""),
    ];
    LIKE.iter().fold(path.to_owned(), |path, (one, other)| match path.strip_prefix(one) {
        Some(rest) if !one.is_empty() => format!("{other}{rest}"),
        _ => path,
    })
}

fn hold(value: &Value, path: &str, documented: &[&str], seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let place = documented_at(path);
            let start = if place.is_empty() { String::new() } else { format!("{place}.") };
            let below = documented.iter().filter_map(|key| key.strip_prefix(&start));
            let below = below.map(|key| key.trim_end_matches("[]"));
            let below: Vec<&str> = below.filter(|key| !key.contains('.')).collect();
            let keys: Vec<&String> = fields.keys().collect();
            assert_eq!(keys, below, "below `{path}`");
            for (key, value) in fields {
                seen.insert(format!("{start}{key}"));
                hold(value, &format!("{start}{key}"), documented, seen);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| hold(item, &format!("{path}[]"), documented, seen));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_key_is_documented_in_its_order() {
    let page = page();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let keys = rows.filter_map(|row| row.split('`').next()).filter(|key| !key.starts_with('-'));
    let documented: Vec<&str> = keys.collect();
    let mut seen = BTreeSet::new();
    let moving = DESCRIPTION.replace(
        "Replicas: 1,2\tIsr: 1,2",
        "Replicas: 1,2\tIsr: 1,2\tAdding Replicas: 2\tRemoving Replicas: 1",
    );
    for description in [DESCRIPTION, &moving, &format!("log4j: none\n{DESCRIPTION}")] {
        let files = Files::new("whatif-json", description, RACKS);
        hold(&files.json(&[]), "", &documented, &mut seen);
        hold(&files.json(&["--lose", "rack:az-a"]), "", &documented, &mut seen);
    }
    let documented = documented.iter().map(|key| key.trim_end_matches("[]").to_owned());
    assert_eq!(seen, documented.collect(), "each was printed once at least");
}

/// Nothing of the page comes from elsewhere, and names cannot become tags.
#[test]
fn the_page_for_browsers_stands_alone() {
    let files = Files::new("whatif-html", DESCRIPTION, "1..2=<b>a&b\n3..4=az-b\n5..6=az-c\n");
    let ended = files.whatif(&["--html", "--base", "https://example.org/"]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    let page = ended.out;
    assert!(page.starts_with("<!doctype html>\n"), "{page}");
    for elsewhere in ["<script", "<link", "<img", "@import", "url(", " src=", "<b>a"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    assert!(page.contains("Rack &lt;b&gt;a&amp;b"), "{page}");
    assert!(page.contains("<a href=\"https://example.org/#e1"), "{page}");
    assert!(page.contains("broker.session") || page.contains("epochscope 1"), "{page}");
}

#[test]
fn a_broker_that_is_being_filled_is_not_down() {
    let text = "Topic: a\tTopicId: RwATrH2LThW5oVyv6trvWQ\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: \n\
        \tTopic: a\tPartition: 0\tLeader: 1\tReplicas: 4,1,2,3\tIsr: 1,2,3\t\
        Adding Replicas: 4\tRemoving Replicas: 3\n";
    let files = Files::new("filled", text, "1..4=r\n");
    let brokers = &files.json(&[])["brokers"];
    let states: Vec<_> =
        brokers.as_array().expect("a list").iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["up"; 4]);
}
