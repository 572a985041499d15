//! What is refused in steps, and how.

use crate::{said, said_of_steps};
use expect_test::expect;

#[test]
fn verbs() {
    let text = "kil 1\nrun for=1s extra\nalter\nalter topics orders min.insync.replicas=1\n\
                elect clean orders-0\nrequest Metadata to=1\n\"quoted\" 1\nx=1\n@5s\nonly\n\
                @1s only 4.1 kill 1\nonly 4.1..3.9 kill 1\nonly 9.9 kill 1\n";
    expect![[r#"
        s:10:1: error: there is no statement `kil`
          kil 1
          ^^^
          did you mean `kill`?
        s:11:12: error: `extra` is one word too many
          run for=1s extra
                     ^^^^^
          write `run [for=10s] [until=31s|settled] [show=metadata,leadership,...]`
        s:12:1: error: a word is missing after `alter`
          alter
          ^^^^^
          write `alter` and `topic`, `broker`, `brokers` or `feature`
        s:13:7: error: `alter` does not go with `topics`
          alter topics orders min.insync.replicas=1
                ^^^^^^
          did you mean `topic`?
        s:14:7: error: `elect` does not go with `clean`
          elect clean orders-0
                ^^^^^
          did you mean `unclean`?
        s:15:9: error: `request` does not go with `Metadata`
          request Metadata to=1
                  ^^^^^^^^
          write `request` and `Produce`, `Fetch` or `OffsetForLeaderEpoch`
        s:16:1: error: a line begins with a verb
          "quoted" 1
          ^^^^^^^^
          write one such as `run for=10s`
        s:17:1: error: a line begins with a verb
          x=1
          ^^^
          write one such as `run for=10s`
        s:18:4: error: a statement is missing here
          @5s
             ^
          write one such as `kill 1`
        s:19:5: error: a release is missing after `only`
          only
              ^
          write `only 3.9..4.1 STEP`
        s:20:2: error: `1s` has passed: it is `5s` or later here
          @1s only 4.1 kill 1
           ^^
          write `5s` or later, or move the line up
        s:21:6: error: the range goes backwards
          only 4.1..3.9 kill 1
               ^^^^^^^^
          write `3.9..4.1`
        s:22:6: error: `9.9` is no release of Kafka known here
          only 9.9 kill 1
               ^^^
          modelled: `3.3`, `3.4`, `3.5`, `3.6`, `3.7`, `3.8`, `3.9`, `4.0.0`, `4.0`, `4.1.0`, `4.1`, `4.2` or `4.3`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn the_clock() {
    let text = "run\nrun for=1s until=4s\nrun for=12\nrun for=1.5s\nrun for=30h\nrun until=soon\n\
                run for=10s show=leadershp\nrun for=10s show=ack,ack\n@5s kill 1\nrun until=9s\n\
                @+1s kill 1\nrun until=settled\n@10s kill 2\n@12s kill 2\nrun for=1s for=2s\n\
                run until leader orders-0\nrun until leader orders-0 = 1 within=61\n";
    expect![[r#"
        s:10:1: error: `run` does not say how far
          run
          ^^^
          write `run for=10s`, `run until=31s`, `run until=settled` or `run until leader orders-0 = 2`
        s:11:18: error: `for` and `until` contradict each other
          run for=1s until=4s
                           ^^
          leave one of them out
        s:12:9: error: `12` has no unit
          run for=12
                  ^^
          did you mean `12s` or `12ms`?
        s:13:9: error: `1.5s` cannot stand here
          run for=1.5s
                  ^^^^
          write a span of time: a whole number and `us`, `ms`, `s`, `m` or `h`
        s:14:9: error: `30h` is more than 24h
          run for=30h
                  ^^^
          write 24h at most
        s:15:11: error: `soon` cannot stand here
          run until=soon
                    ^^^^
          write a time such as `31s`, or `settled`
        s:16:18: error: `leadershp` is no class of events
          run for=10s show=leadershp
                           ^^^^^^^^^
          did you mean `leadership`?
        s:17:22: error: `ack` stands here twice
          run for=10s show=ack,ack
                               ^^^
          leave one out
        s:24:12: error: `for` stands here twice
          run for=1s for=2s
                     ^^^
          leave one of them out
        s:25:18: error: `leader` is compared with nothing
          run until leader orders-0
                           ^^^^^^^^
          write `=`, `!=` or `in` and a value, with blanks around
        s:26:38: error: `61` has no unit
          run until leader orders-0 = 1 within=61
                                               ^^
          did you mean `61s` or `61ms`?
    "#]].assert_eq(&said_of_steps(text));
}

#[test]
fn more_than_a_day() {
    expect![[r#"
        s:11:9: error: the run would last longer than 24h
          run for=1us
                  ^^^
          end at 24h or before
    "#]]
    .assert_eq(&said_of_steps("run for=24h\nrun for=1us\n"));
}

#[test]
fn faults() {
    let text = "kill 7\nkill 1,7\nkill 1..9\nkill rack:c\nkill 101\nkill controllers\nkill controller\n\
                kill checkout\nkill chekout\nkill\nkill 1 2\nkill 1,\nkill 1 losing=most\n\
                kill 1 loosing=2\npause 1 for = 12s\nstart 1 kafka=4.0\nwipe 1 dir=/d1\nfail 1 dir=/d1\n\
                expire 1\ncut 101 102\ncut 101\ncut 1 to\ncut to 1\ndelay 1 2 by=50ms\ndelay 1 to 2\n\
                drop 1 to 2 rate=10\nslow 101 by=1ms\nhold Fetsh\nhold Fetch from=101 to=102\n\
                hold Fetch topic=order\nrelease Fetch count=0\nrule high-watermark=off\n";
    expect![[r#"
        s:10:6: error: there is no broker or controller 7
          kill 7
               ^
          brokers here: `1`, `2` or `3`
        s:11:8: error: there is no broker or controller 7
          kill 1,7
                 ^
          brokers here: `1`, `2` or `3`
        s:12:6: error: there is no broker or controller 4
          kill 1..9
               ^^^^
          brokers here: `1`, `2` or `3`
        s:13:11: error: no broker is in rack `c`
          kill rack:c
                    ^
          did you mean `a`?
        s:17:6: error: not yet: faults of a client's process are not modelled
          kill checkout
               ^^^^^^^^
          cut the client off instead: `cut CLIENT`
        s:18:6: error: there is no client `chekout` here
          kill chekout
               ^^^^^^^
          did you mean `checkout`?
        s:19:1: error: `kill` lacks nodes such as `1`, `1,2`, `101..103`, `rack:a`, `brokers`
          kill
          ^^^^
          write `kill NODES [losing=nothing|unflushed|N]`
        s:20:8: error: `2` is one word too many
          kill 1 2
                 ^
          write `kill NODES [losing=nothing|unflushed|N]`
        s:21:8: error: a node is missing
          kill 1,
                 ^
          write `1,2,3` without blanks
        s:22:15: error: `most` cannot stand here
          kill 1 losing=most
                        ^^^^
          write `nothing`, `unflushed` or a number of records
        s:23:8: error: `kill` takes no `loosing=`
          kill 1 loosing=2
                 ^^^^^^^
          did you mean `losing`?
        s:24:9: error: `for` is one word too many
          pause 1 for = 12s
                  ^^^
          write `for=10s`
        s:26:12: error: no broker has a log directory `/d1`
          wipe 1 dir=/d1
                     ^^^
          log directories here: `kafka-logs`
        s:27:12: error: no broker has a log directory `/d1`
          fail 1 dir=/d1
                     ^^^
          log directories here: `kafka-logs`
        s:28:1: error: not yet: ZooKeeper sessions are not modelled
          expire 1
          ^^^^^^
          `pause` or `cut` the broker for longer than `broker.session.timeout.ms`
        s:31:7: error: nodes are missing after `to`
          cut 1 to
                ^^
          write `cut 1 to 2`
        s:32:5: error: there is no client `to` here
          cut to 1
              ^^
          name a client of the scenario's own
        s:33:9: error: the word `to` should stand here
          delay 1 2 by=50ms
                  ^
          write `delay NODES to OTHERS by=10s`
        s:34:1: error: `delay` needs `by=`
          delay 1 to 2
          ^^^^^
          add `by=10s`
        s:35:18: error: `10` cannot stand here
          drop 1 to 2 rate=10
                           ^^
          write a percentage such as `10%`
        s:37:6: error: `Fetsh` is no kind of request modelled here
          hold Fetsh
               ^^^^^
          did you mean `Fetch`?
        s:39:18: error: there is no topic `order` here
          hold Fetch topic=order
                           ^^^^^
          did you mean `orders`?
        s:40:21: error: `0` cannot stand here
          release Fetch count=0
                              ^
          write a whole number from 1 to 1000000
        s:41:1: error: not yet: guards cannot be switched off
          rule high-watermark=off
          ^^^^
          leave this line out
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn operations() {
    let text = "create orders partitions=1\ncreate late leader=1 replicas=1,2\n\
                create big replication-factor=4\ndelete order\nalter topic orders\n\
                alter topic orders min.insync.replica=2\nalter topic orders acks=1\n\
                alter broker 9 num.partitions=1\nalter feature metadata.version=26\n\
                increase orders\nreassign orders-0 replicas=1,2;2,3\nunregister 9\n\
                elect unclean\nelect preferred orders-2\ndescribe nothing\ndelete orders via=9\n";
    expect![[r#"
        s:11:13: error: not yet: the first leader of a topic that a step creates cannot be chosen
          create late leader=1 replicas=1,2
                      ^^^^^^
          leave `leader=` out
        s:12:31: error: 4 replicas need 4 brokers, and there are 3
          create big replication-factor=4
                                        ^
          write `replication-factor=3` or less
        s:13:8: error: there is no topic `order` here
          delete order
                 ^^^^^
          did you mean `orders`?
        s:14:1: error: no setting is named
          alter topic orders
          ^^^^^^^^^^^
          write `alter topic TOPIC [via=NODE] SETTING=[VALUE] ...`
        s:15:20: error: `min.insync.replica` is not a topic setting
          alter topic orders min.insync.replica=2
                             ^^^^^^^^^^^^^^^^^^
          did you mean `min.insync.replicas`?
        s:16:20: error: `acks` is not a topic setting
          alter topic orders acks=1
                             ^^^^
          it is a producer setting: write it in a line for those
        s:17:14: error: there is no broker 9
          alter broker 9 num.partitions=1
                       ^
          brokers here: `1`, `2` or `3`
        s:19:1: error: `increase` needs `partitions=`
          increase orders
          ^^^^^^^^
          add `partitions=N`
        s:20:30: error: `2;2` is no number of a node
          reassign orders-0 replicas=1,2;2,3
                                       ^^^
          write a broker's number, 0 to 2147483647
        s:21:12: error: there is no broker 9
          unregister 9
                     ^
          brokers here: `1`, `2` or `3`
        s:22:1: error: `elect unclean` lacks a partition such as `orders-0`
          elect unclean
          ^^^^^^^^^^^^^
          write `elect unclean P [via=NODE]`
        s:23:17: error: `orders` has no partition 2
          elect preferred orders-2
                          ^^^^^^^^
          its partitions are 0 to 0
        s:24:10: error: there is no topic `nothing` here
          describe nothing
                   ^^^^^^^
          create it before: `create nothing partitions=1`
        s:25:19: error: there is no broker or controller 9
          delete orders via=9
                            ^
          brokers here: `1`, `2` or `3`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn clients() {
    let text = "produce checkout\nproduce billing \"a\"\nproduce nobody \"b\"\n\
                produce checkout \"c\" \"c\"\nproduce checkout \"d\" records=1\n\
                produce checkout logs-2024-0 \"e\"\nproduce checkout orders-2 \"f\"\n\
                produce checkout logs-2024 \"g\"\nproduce checkout \"checkout-3\"\n\
                produce checkout records=100001\nproduce checkout \"h\" metadata=old\n\
                load checkout\nload checkout rate=20\nload checkout off rate=1/s\n\
                request Produce orders-0 \"i\" to=1\nrequest Fetch orders-0 to=101 offset=0\n\
                request Fetch orders-0 to=1 offset=0 as=checkout\nlist-offsets orders-0\n\
                list-offsets orders-0 newest\nconsume billing\nconsume checkout\nseek billing orders-0\n\
                refresh nobody\nproducer checkout topic=orders\nconsumer late topic=none\n\
                consume late records=1\n";
    expect![[r#"
        s:10:1: error: it is not said which records to send
          produce checkout
          ^^^^^^^
          add `records=10`, or texts: `produce C "a" "b"`
        s:11:9: error: `billing` is a consumer
          produce billing "a"
                  ^^^^^^^
          name a producer, or begin one: `producer NAME topic=…`
        s:12:9: error: there is no client `nobody` here
          produce nobody "b"
                  ^^^^^^
          begin it before: `producer nobody topic=…`
        s:13:22: error: there is a record `c` already
          produce checkout "c" "c"
                               ^^^
          give each record a text of its own
        s:14:30: error: `records` and texts contradict each other
          produce checkout "d" records=1
                                       ^
          leave `records=` out
        s:15:18: error: `checkout` is a client of `orders`
          produce checkout logs-2024-0 "e"
                           ^^^^^^^^^^^
          name a partition of that topic: `orders-0`
        s:16:18: error: `orders` has no partition 2
          produce checkout orders-2 "f"
                           ^^^^^^^^
          its partitions are 0 to 1
        s:17:18: error: `logs-2024` is a topic, not a partition
          produce checkout logs-2024 "g"
                           ^^^^^^^^^
          did you mean `logs-2024-0`?
        s:18:18: error: `checkout-3` is a name of checkout's own records
          produce checkout "checkout-3"
                           ^^^^^^^^^^^^
          give the record another text; `records=N` sends those
        s:19:26: error: `100001` cannot stand here
          produce checkout records=100001
                                   ^^^^^^
          write a whole number from 1 to 100000
        s:20:31: error: `old` is not known here
          produce checkout "h" metadata=old
                                        ^^^
          write `fresh` or `stale`
        s:21:1: error: the rate is missing
          load checkout
          ^^^^
          add `rate=20/s`, or `off` to end it
        s:22:20: error: `20` cannot stand here
          load checkout rate=20
                             ^^
          write a rate such as `20/s`
        s:23:15: error: `off` takes no rate and no span
          load checkout off rate=1/s
                        ^^^
          write `load C off`
        s:24:1: error: `request Produce` needs `acks=`
          request Produce orders-0 "i" to=1
          ^^^^^^^^^^^^^^^
          add `acks=0|1|all`
        s:25:27: error: 101 is a controller, not a broker
          request Fetch orders-0 to=101 offset=0
                                    ^^^
          brokers here: `1`, `2` or `3`
        s:26:41: error: `checkout` is a client
          request Fetch orders-0 to=1 offset=0 as=checkout
                                                  ^^^^^^^^
          choose another name
        s:27:1: error: `list-offsets` lacks `latest` or `earliest`
          list-offsets orders-0
          ^^^^^^^^^^^^
          write `list-offsets P latest|earliest`
        s:28:23: error: `newest` is not known here
          list-offsets orders-0 newest
                                ^^^^^^
          write `latest` or `earliest`
        s:29:9: error: `billing` polls by itself
          consume billing
                  ^^^^^^^
          add `manual=true` where `billing` begins
        s:30:9: error: `checkout` is a producer
          consume checkout
                  ^^^^^^^^
          name a consumer, or begin one: `consumer NAME topic=…`
        s:31:1: error: `seek` needs `offset=`
          seek billing orders-0
          ^^^^
          add `offset=N`
        s:32:9: error: there is no client `nobody` here
          refresh nobody
                  ^^^^^^
          begin it before: `producer nobody topic=…`
        s:33:10: error: there is a client `checkout` already
          producer checkout topic=orders
                   ^^^^^^^^
          give this one another name
        s:34:21: error: there is no topic `none` here
          consumer late topic=none
                              ^^^^
          create it before: `create none partitions=1`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn words_and_quotes() {
    let text = "produce checkout \"unclosed\nproduce checkout \"a\"b\n\
                produce checkout \"bad \\x escape\"\nproduce checkout a\"b\"\n\
                produce checkout \"ok\" key=\"open\nproduce checkout \"ok2\" key=a\"b\"\n\
                produce checkout \"ok3\" key=\npause 1 for=\"12s\"\n";
    expect![[r#"
        s:10:18: error: this quote is not closed
          produce checkout "unclosed
                           ^^^^^^^^^
          put a `"` at its end
        s:11:18: error: something follows the closing quote
          produce checkout "a"b
                           ^^^^
          put a blank after the quote
        s:12:23: error: `\x` means nothing in quotes
          produce checkout "bad \x escape"
                                ^^
          write `\\` for a backslash
        s:13:18: error: a quote stands inside of a word
          produce checkout a"b"
                           ^^^^
          put a blank before the quote
        s:14:27: error: this quote is not closed
          produce checkout "ok" key="open
                                    ^^^^^
          put a `"` at its end
        s:15:28: error: a quote stands inside of a value
          produce checkout "ok2" key=a"b"
                                     ^^^^
          put the whole value in quotes: `key="…"`
        s:16:28: error: the value is missing
          produce checkout "ok3" key=
                                     ^
          write a text
        s:17:13: error: the value of `for` is not quoted
          pause 1 for="12s"
                      ^^^^^
          write a span of time: a whole number and `us`, `ms`, `s`, `m` or `h`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn observations() {
    let text = "expect\nexpect leader\nexpect leader = 1\nexpect leader orders-0\n\
                expect leader orders-0=1\nexpect leader orders-0 = 9\nexpect leader orders-0 < 2\n\
                expect leader orders-0 = 1 leader-epoch orders-0 = 1\n\
                expect leader orders-0 = 1 and\nexpect leader orders-9 = 1\nexpect leader ordres-0 = 1\n\
                expect leader orders = 1\nexpect leadr orders-0 = 1\nexpect isr orders-0 = 1, 2\n\
                expect isr orders-0 = 1,1\nexpect log-end-offset orders-0 = 4\n\
                expect log-end-offset orders-0@101 = 4\nexpect leader orders-0@9 = 1\n\
                expect leader orders-0@controller:9 = 1\nexpect diverged orders-0@1\n\
                expect log orders-0@1 = a.0\nexpect lost a\nexpect lost \"a\" = maybe\n\
                expect result checkout = NOT_ENOUGH_REPLICA\nexpect result checkout in acked,ok\n\
                expect errors checkout NOPE = 1\nexpect held Fetsh = 0\nexpect event became-leadr > 1\n\
                expect registration 1 = up\nexpect broker 101 = running\nexpect violated = hwBounds\n\
                expect active-controller = 1\nexpect znode \"/x\" = \"1\"\nexpect adding orders-0 = 1\n\
                expect follower-offset orders-0@1 = 3\nexpect response nobody = \"{}\"\n";
    expect![[r#"
        s:10:1: error: an observation is missing here
          expect
          ^^^^^^
          write one such as `leader orders-0 = 2`
        s:11:8: error: what `leader` is of is missing here
          expect leader
                 ^^^^^^
          write `leader P|P@B|P@101`
        s:12:15: error: what `leader` is of is missing here
          expect leader = 1
                        ^
          write `leader P|P@B|P@101`
        s:13:15: error: `leader` is compared with nothing
          expect leader orders-0
                        ^^^^^^^^
          write `=`, `!=` or `in` and a value, with blanks around
        s:14:15: error: `orders-0` is no pair of `expect`
          expect leader orders-0=1
                        ^^^^^^^^^^
          an operator stands between blanks: `orders-0 = 1`
        s:15:26: error: there is no broker 9
          expect leader orders-0 = 9
                                   ^
          brokers here: `1`, `2` or `3`
        s:16:24: error: `leader` cannot be compared by `<`
          expect leader orders-0 < 2
                                 ^
          write `=`, `!=` or `in`
        s:17:28: error: the observation ends before this
          expect leader orders-0 = 1 leader-epoch orders-0 = 1
                                     ^^^^^^^^^^^^
          join observations by `and` or `or`
        s:18:28: error: an observation is missing here
          expect leader orders-0 = 1 and
                                     ^^^
          write one such as `leader orders-0 = 2`
        s:19:15: error: `orders` has no partition 9
          expect leader orders-9 = 1
                        ^^^^^^^^
          its partitions are 0 to 1
        s:20:15: error: there is no topic `ordres` here
          expect leader ordres-0 = 1
                        ^^^^^^
          did you mean `orders`?
        s:21:15: error: `orders` is no partition
          expect leader orders = 1
                        ^^^^^^
          did you mean `orders-0`?
        s:22:8: error: `leadr` is no observation
          expect leadr orders-0 = 1
                 ^^^^^
          did you mean `leader`?
        s:23:23: error: the list ends with a comma
          expect isr orders-0 = 1, 2
                                ^^
          write lists without blanks: `1,2,3`
        s:24:23: error: 1 stands twice in this list
          expect isr orders-0 = 1,1
                                ^^^
          name each node once
        s:25:23: error: `log-end-offset` is of one broker's replica
          expect log-end-offset orders-0 = 4
                                ^^^^^^^^
          say of which: `orders-0@1`
        s:26:32: error: a controller has no `log-end-offset`
          expect log-end-offset orders-0@101 = 4
                                         ^^^
          brokers here: `1`, `2` or `3`
        s:27:24: error: there is no broker 9
          expect leader orders-0@9 = 1
                                 ^
          brokers here: `1`, `2` or `3`
        s:28:35: error: there is no controller 9
          expect leader orders-0@controller:9 = 1
                                            ^
          controllers here: 101, 102, 103
        s:29:17: error: `diverged` is of the whole partition, not of a replica
          expect diverged orders-0@1
                          ^^^^^^^^^^
          leave `@1` out
        s:30:25: error: `log` is compared with a text in quotes
          expect log orders-0@1 = a.0
                                  ^^^
          write the text in quotes: `"a.0 b.0"`
        s:31:13: error: `lost` needs a record in quotes
          expect lost a
                      ^
          write `lost "value"`
        s:32:19: error: `maybe` is no value of `lost`
          expect lost "a" = maybe
                            ^^^^^
          write `true` or `false`
        s:33:26: error: `NOT_ENOUGH_REPLICA` is no value of `result`
          expect result checkout = NOT_ENOUGH_REPLICA
                                   ^^^^^^^^^^^^^^^^^^
          did you mean `NOT_ENOUGH_REPLICAS`?
        s:34:33: error: `ok` is no value of `result`
          expect result checkout in acked,ok
                                          ^^
          write `acked`, `pending` or an error code
        s:35:24: error: `NOPE` is no error code modelled here
          expect errors checkout NOPE = 1
                                 ^^^^
          did you mean `NONE`?
        s:36:13: error: `Fetsh` is no kind of request modelled here
          expect held Fetsh = 0
                      ^^^^^
          did you mean `Fetch`?
        s:37:14: error: `became-leadr` is no kind of event
          expect event became-leadr > 1
                       ^^^^^^^^^^^^
          did you mean `became-leader`?
        s:38:25: error: `up` is no value of `registration`
          expect registration 1 = up
                                  ^^
          write `unfenced`, `fenced`, `controlled-shutdown` or `unregistered`
        s:40:19: error: there is no invariant `hwBounds`
          expect violated = hwBounds
                            ^^^^^^^^
          did you mean `HwBounds`?
        s:41:28: error: there is no controller 1
          expect active-controller = 1
                                     ^
          controllers here: 101, 102, 103
        s:42:8: error: not yet: `znode` speaks of ZooKeeper
          expect znode "/x" = "1"
                 ^^^^^
          see the observations in `epochscope help language`
        s:44:35: error: what `follower-offset` is of is missing here
          expect follower-offset orders-0@1 = 3
                                            ^
          write `follower-offset P@B R`
        s:45:17: error: there is no client `nobody` here
          expect response nobody = "{}"
                          ^^^^^^
          begin it before: `producer nobody topic=…`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn saying_and_checking() {
    let text = "say\nmarker a\nmarker a\nmarker all\nfocus nothing-0\nfocus topic:nothing\nview wall\n\
                option \"early\"\nask What?\nrun for=1s\nask And now?\n@2s option \"timed\"\n\
                never lost \"x\" as=safe\nalways acked \"x\" as=safe\nend saef\nend safe\nend safe\n\
                ask Last?\n";
    expect![[r#"
        s:10:1: error: a text is missing after `say`
          say
          ^^^
          write `say TEXT`
        s:12:8: error: there is a marker `a` already
          marker a
                 ^
          give this one another name
        s:13:8: error: `all` means something else here
          marker all
                 ^^^
          choose another name: `to`, `all`, `none`, `admin`, `raw`, `controller`, `brokers`, `controllers` and `clients` are taken
        s:14:7: error: there is no topic `nothing` here
          focus nothing-0
                ^^^^^^^
          create it before: `create nothing partitions=1`
        s:15:13: error: there is no topic `nothing` here
          focus topic:nothing
                      ^^^^^^^
          create it before: `create nothing partitions=1`
        s:16:6: error: `wall` is not known here
          view wall
               ^^^^
          write `stage`, `map`, `spacetime` or `lanes`
        s:17:1: error: there is no `ask` above this `option`
          option "early"
          ^^^^^^^^^^^^^^
          write `ask TEXT` before it
        s:18:1: error: this question has no options
          ask What?
          ^^^^^^^^^
          add lines `option "TEXT"` below it
        s:21:5: error: an `option` has no time and no releases of its own
          @2s option "timed"
              ^^^^^^
          write the time before `ask`
        s:23:21: error: a check called `safe` runs already
          always acked "x" as=safe
                              ^^^^
          give this one another name
        s:24:5: error: no check called `saef` runs here
          end saef
              ^^^^
          did you mean `safe`?
        s:26:5: error: no check called `safe` runs here
          end safe
              ^^^^
          name the check: `always OBSERVATION as=safe`
        s:27:1: error: this question has no options
          ask Last?
          ^^^^^^^^^
          add lines `option "TEXT"` below it
    "#]].assert_eq(&said_of_steps(text));
}

#[test]
fn a_header_line_below_the_first_step() {
    expect![[r#"
        s:11:1: error: `topic` belongs to the header
          topic late partitions=1
          ^^^^^
          move it above the first step, or write `create` here
        s:12:1: error: `config` belongs to the header
          config num.partitions=1
          ^^^^^^
          move it above the first step, or write `alter broker` here
        s:13:1: error: `seed` belongs to the header
          seed 3
          ^^^^
          move it above the first step
    "#]]
    .assert_eq(&said_of_steps(
        "kill 1\ntopic late partitions=1\nconfig num.partitions=1\nseed 3\n",
    ));
}

#[test]
fn places_in_lines_with_tabs_wide_characters_and_great_length() {
    let long = "x".repeat(300);
    let text = format!(
        "\tsay fine\n\tkill\t7\nproduce checkout \"Größe\" \"naïve\" key=é metadata=αβγ\n\
         kill 1 {long}\nproduce checkout \"{long}\" metadata=old\n"
    );
    expect![[r#"
        s:11:7: error: there is no broker or controller 7
          	kill	7
          	    	^
          brokers here: `1`, `2` or `3`
        s:12:49: error: `αβγ` is not known here
          produce checkout "Größe" "naïve" key=é metadata=αβγ
                                                          ^^^
          write `fresh` or `stale`
        s:13:8: error: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is one word too many
          kill 1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          write `kill NODES [losing=nothing|unflushed|N]`
        s:14:330: error: `old` is not known here
          …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" metadata=old
                                                                                           ^^^
          write `fresh` or `stale`
    "#]].assert_eq(&said_of_steps(&text));
}

#[test]
fn what_is_no_text() {
    let found =
        epochscope_scenario::format::parse(b"epochscope 1\nbrokers 1\nsay caf\xe9 au lait\n");
    expect![[r#"
        s:3:8: error: this is no UTF-8 text
          say caf� au lait
                 ^
          save the file as UTF-8 text
    "#]]
    .assert_eq(&crate::rendered(&found.expect_err("it is no text")));
    expect![[r#"
        s:3:10: error: a control character (code 7) is no text
          say bell � here
                   ^
          take it out; `\n` in quotes is a new line
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1\nsay bell \u{7} here\n"));
    let found = epochscope_scenario::format::parse(&vec![b' '; 4 * 1024 * 1024 + 1]);
    expect![[r#"
        s:1:1: error: the text has more than 4 MiB
          …
          ^
          leave trace lines out, or split the scenario
    "#]]
    .assert_eq(&crate::rendered(&found.expect_err("it is no text")));
}

#[test]
fn more_steps_and_records_than_allowed() {
    let text = format!("{}{}", "say again\n".repeat(2_000), "kill nobody\nkill nobody\n");
    expect![[r#"
        s:2010:1: error: there are more than 2000 steps
          kill nobody
          ^^^^^^^^^^^
          write 2000 at most
    "#]]
    .assert_eq(&said_of_steps(&text));
    let text =
        "produce checkout records=100000\nproduce checkout \"one\"\nload legacy rate=1/s for=1s\n";
    expect![[r#"
        s:11:18: error: more than 100000 records are sent
          produce checkout "one"
                           ^^^^^
          send 100000 in all at most
        s:12:26: error: more than 100000 records are sent
          load legacy rate=1/s for=1s
                                   ^^
          send 100000 in all at most
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn what_is_skipped_says_nothing_about_what_follows() {
    let text = "only 4.0 marker x\nonly 4.1 marker x\nonly 4.0 @9s kill 1\nonly 4.1 @8s kill 1\n\
                only 4.0 producer late topic=orders\nproduce late\n";
    expect![[r#"
        s:15:9: error: there is no client `late` here
          produce late
                  ^^^^
          begin it before: `producer late topic=…`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn settings_that_a_running_broker_keeps() {
    let text = "alter broker 1 replica.lag.time.max.ms=1000\n\
                alter brokers broker.session.timeout.ms=3000\nalter brokers min.insync.replicas=1\n";
    expect![[r#"
        s:10:1: error: Kafka cannot change `replica.lag.time.max.ms` while a broker runs
          alter broker 1 replica.lag.time.max.ms=1000
          ^^^^^^^^^^^^
          write it in a `config` line of the header
        s:11:1: error: Kafka cannot change `broker.session.timeout.ms` while a broker runs
          alter brokers broker.session.timeout.ms=3000
          ^^^^^^^^^^^^^
          write it in a `config` line of the header
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn names_of_invariants() {
    let text = "expect violated excludes AckedSurvive\nexpect violated includes L3\n\
                never violated-unexcused includes Foo\n";
    expect![[r#"
        s:10:26: error: there is no invariant `AckedSurvive`
          expect violated excludes AckedSurvive
                                   ^^^^^^^^^^^^
          did you mean `AckedSurvives`?
        s:12:35: error: there is no invariant `Foo`
          never violated-unexcused includes Foo
                                            ^^^
          write names such as `HwBounds,AckedSurvives`, or `none`
    "#]]
    .assert_eq(&said_of_steps(text));
}

#[test]
fn topics_that_are_made_again() {
    let text = "delete orders\ncreate orders partitions=2\ncreate orders partitions=2\n";
    expect![[r#""#]].assert_eq(&said_of_steps(text));
}
