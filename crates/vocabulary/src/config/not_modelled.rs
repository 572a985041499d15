//! Settings of Kafka that are accepted and change nothing here.
//!
//! Source: `KafkaConfig`, `TopicConfig`, `ProducerConfig`, `ConsumerConfig` of Kafka 4.1, and names
//! of older releases that people still write.

use super::Scope;

/// Whose, and their names with blanks between.
const NAMES: &[(Scope, &str)] = &[
    (Scope::Server, SERVER),
    (Scope::Topic, TOPIC),
    (Scope::Producer, CLIENT),
    (Scope::Producer, PRODUCER),
    (Scope::Consumer, CLIENT),
    (Scope::Consumer, CONSUMER),
];

/// Settings of Kafka that are accepted from `scope` and change nothing here.
pub fn not_modelled(scope: Scope) -> impl Iterator<Item = &'static str> {
    let lists = NAMES.iter().filter(move |(whose, _)| *whose == scope);
    lists.flat_map(|(_, names)| names.split(' '))
}

/// Of brokers and controllers.
const SERVER: &str = "\
    advertised.listeners alter.config.policy.class.name auto.create.topics.enable background.threads \
    broker.rack client.quota.callback.class compression.gzip.level compression.lz4.level \
    compression.type compression.zstd.level connection.failed.authentication.delay.ms \
    connections.max.idle.ms connections.max.reauth.ms control.plane.listener.name \
    cordoned.log.dirs controlled.shutdown.enable controlled.shutdown.max.retries controlled.shutdown.retry.backoff.ms \
    controller.listener.names controller.performance.always.log.threshold.ms \
    controller.performance.sample.period.ms controller.quorum.auto.join.enable \
    controller.quorum.bootstrap.servers controller.quorum.voters controller.quota.window.num \
    controller.quota.window.size.seconds \
    create.topic.policy.class.name delegation.token.expiry.check.interval.ms \
    delegation.token.expiry.time.ms delegation.token.max.lifetime.ms delegation.token.secret.key \
    delete.records.purgatory.purge.interval.requests delete.topic.enable early.start.listeners \
    eligible.leader.replicas.enable fetch.max.bytes fetch.purgatory.purge.interval.requests \
    group.consumer.assignors group.consumer.heartbeat.interval.ms \
    group.consumer.max.heartbeat.interval.ms group.consumer.max.session.timeout.ms \
    group.consumer.max.size group.consumer.migration.policy group.consumer.min.heartbeat.interval.ms \
    group.consumer.min.session.timeout.ms group.consumer.session.timeout.ms \
    group.coordinator.append.linger.ms group.coordinator.rebalance.protocols \
    group.coordinator.threads group.initial.rebalance.delay.ms group.max.session.timeout.ms \
    group.max.size group.min.session.timeout.ms group.share.delivery.count.limit \
    group.share.heartbeat.interval.ms group.share.max.record.lock.duration.ms group.share.max.size \
    group.share.partition.max.record.locks group.share.record.lock.duration.ms \
    group.share.session.timeout.ms inter.broker.listener.name inter.broker.protocol.version \
    kafka.metrics.polling.interval.secs kafka.metrics.reporters \
    leader.imbalance.per.broker.percentage listener.security.protocol.map listeners \
    log.cleaner.backoff.ms log.cleaner.dedupe.buffer.size log.cleaner.delete.retention.ms \
    log.cleaner.enable log.cleaner.io.buffer.load.factor log.cleaner.io.buffer.size \
    log.cleaner.io.max.bytes.per.second log.cleaner.max.compaction.lag.ms \
    log.cleaner.min.cleanable.ratio log.cleaner.min.compaction.lag.ms log.cleaner.threads \
    log.cleanup.policy log.deletion.throttler.disk.free.headroom.bytes log.dir \
    log.flush.interval.messages log.flush.interval.ms \
    log.flush.offset.checkpoint.interval.ms log.flush.scheduler.interval.ms \
    log.flush.start.offset.checkpoint.interval.ms log.index.interval.bytes log.index.size.max.bytes \
    log.initial.task.delay.ms log.local.retention.bytes log.local.retention.ms \
    log.message.downconversion.enable log.message.format.version log.message.timestamp.after.max.ms \
    log.message.timestamp.before.max.ms log.message.timestamp.difference.max.ms \
    log.message.timestamp.type log.preallocate log.retention.bytes log.retention.check.interval.ms \
    log.retention.hours log.retention.minutes log.retention.ms log.roll.hours log.roll.jitter.hours \
    log.roll.jitter.ms log.roll.ms log.segment.bytes log.segment.delete.delay.ms \
    max.connection.creation.rate max.connections max.connections.per.ip \
    max.connections.per.ip.overrides max.incremental.fetch.session.cache.slots \
    max.request.partition.size.limit message.max.bytes \
    metadata.log.max.record.bytes.between.snapshots metadata.log.max.snapshot.interval.ms \
    metadata.log.segment.bytes metadata.log.segment.min.bytes metadata.log.segment.ms \
    metadata.max.retention.bytes metadata.max.retention.ms metric.reporters metrics.num.samples \
    metrics.recording.level metrics.sample.window.ms node.id num.io.threads num.network.threads \
    num.recovery.threads.per.data.dir num.replica.alter.log.dirs.threads num.replica.fetchers \
    offset.metadata.max.bytes offsets.commit.required.acks offsets.commit.timeout.ms \
    offsets.load.buffer.size offsets.retention.check.interval.ms offsets.retention.minutes \
    offsets.topic.compression.codec offsets.topic.num.partitions offsets.topic.replication.factor \
    offsets.topic.segment.bytes password.encoder.secret principal.builder.class process.roles \
    producer.id.expiration.check.interval.ms producer.id.expiration.ms \
    producer.purgatory.purge.interval.requests queued.max.request.bytes queued.max.requests \
    quota.window.num quota.window.size.seconds remote.fetch.max.wait.ms \
    remote.list.offsets.request.timeout.ms remote.log.index.file.cache.total.size.bytes \
    remote.log.manager.copy.max.bytes.per.second remote.log.manager.task.interval.ms \
    remote.log.manager.thread.pool.size remote.log.metadata.manager.class.name \
    remote.log.reader.threads remote.log.storage.manager.class.name remote.log.storage.system.enable \
    replica.fetch.max.bytes replica.fetch.min.bytes replica.fetch.response.max.bytes \
    replica.socket.receive.buffer.bytes reserved.broker.max.id \
    sasl.enabled.mechanisms sasl.jaas.config sasl.mechanism.controller.protocol \
    sasl.mechanism.inter.broker.protocol security.inter.broker.protocol server.max.startup.time.ms \
    share.coordinator.append.linger.ms share.coordinator.snapshot.update.records.per.snapshot \
    share.coordinator.state.topic.min.isr share.coordinator.state.topic.num.partitions \
    share.coordinator.state.topic.replication.factor socket.connection.setup.timeout.max.ms \
    socket.connection.setup.timeout.ms socket.listen.backlog.size socket.receive.buffer.bytes \
    socket.request.max.bytes socket.send.buffer.bytes ssl.client.auth ssl.keystore.location \
    ssl.keystore.password ssl.truststore.location ssl.truststore.password telemetry.max.bytes \
    transaction.abort.timed.out.transaction.cleanup.interval.ms transaction.max.timeout.ms \
    transaction.partition.verification.enable \
    transaction.remove.expired.transaction.cleanup.interval.ms \
    transaction.state.log.load.buffer.size transaction.state.log.min.isr \
    transaction.state.log.num.partitions transaction.state.log.replication.factor \
    transaction.state.log.segment.bytes transaction.two.phase.commit.enable \
    transactional.id.expiration.ms unstable.api.versions.enable unstable.feature.versions.enable \
    zookeeper.connect zookeeper.connection.timeout.ms zookeeper.session.timeout.ms";

/// Of topics.
const TOPIC: &str = "\
    cleanup.policy compression.gzip.level compression.lz4.level compression.type \
    compression.zstd.level delete.retention.ms file.delete.delay.ms flush.messages flush.ms \
    follower.replication.throttled.replicas index.interval.bytes \
    leader.replication.throttled.replicas local.retention.bytes local.retention.ms \
    max.compaction.lag.ms max.message.bytes message.downconversion.enable message.format.version \
    message.timestamp.after.max.ms message.timestamp.before.max.ms \
    message.timestamp.difference.max.ms message.timestamp.type min.cleanable.dirty.ratio \
    min.compaction.lag.ms preallocate remote.log.copy.disable remote.log.delete.on.disable \
    remote.storage.enable retention.bytes retention.ms segment.bytes segment.index.bytes \
    segment.jitter.ms segment.ms";

/// Of producers and consumers.
const CLIENT: &str = "\
    auto.include.jmx.reporter client.dns.lookup client.id connections.max.idle.ms \
    enable.metrics.push interceptor.classes metadata.recovery.rebootstrap.trigger.ms \
    metadata.recovery.strategy metric.reporters metrics.num.samples metrics.recording.level \
    metrics.sample.window.ms receive.buffer.bytes sasl.client.callback.handler.class \
    sasl.jaas.config sasl.kerberos.service.name sasl.login.callback.handler.class sasl.mechanism \
    security.protocol security.providers send.buffer.bytes socket.connection.setup.timeout.max.ms \
    socket.connection.setup.timeout.ms ssl.endpoint.identification.algorithm ssl.key.password \
    ssl.keystore.location ssl.keystore.password ssl.keystore.type ssl.protocol \
    ssl.truststore.location ssl.truststore.password ssl.truststore.type";

/// Of producers alone.
const PRODUCER: &str = "\
    buffer.memory client.rack compression.gzip.level compression.lz4.level compression.type \
    compression.zstd.level key.serializer max.block.ms max.request.size metadata.max.idle.ms \
    partitioner.adaptive.partitioning.enable partitioner.availability.timeout.ms partitioner.class \
    partitioner.ignore.keys transaction.timeout.ms transaction.two.phase.commit.enable \
    transactional.id value.serializer";

/// Of consumers alone.
const CONSUMER: &str = "\
    allow.auto.create.topics auto.commit.interval.ms check.crcs default.api.timeout.ms \
    enable.auto.commit exclude.internal.topics fetch.max.bytes fetch.min.bytes group.id \
    group.instance.id group.protocol group.remote.assignor heartbeat.interval.ms isolation.level \
    key.deserializer max.partition.fetch.bytes max.poll.interval.ms partition.assignment.strategy \
    session.timeout.ms share.acknowledgement.mode value.deserializer";
