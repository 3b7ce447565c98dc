package merit.peer;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The job in Kafka Streams: a record of the intake in, its outcomes out, exactly once; state in
 * RocksDB and changelogs. SIGTERM ends it. What each setting is for stands in README.md.
 */
public final class Peer {
  private static final int MIB = 1 << 20;

  private Peer() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 7) {
      System.err.println(
          "usage: Peer BROKERS INTAKE OUTCOMES APPLICATION_ID STATE_DIRECTORY COMMIT_INTERVAL_MS"
              + " THREADS");
      System.exit(2);
    }
    final KafkaStreams streams =
        new KafkaStreams(topology(arguments[1], arguments[2]), settings(arguments));
    final CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        failure -> {
          failure.printStackTrace();
          return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) ended.countDown();
        });
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(20)), "end"));
    streams.start();
    ended.await();
    System.exit(1);
  }

  private static Topology topology(String intake, String outcomes) {
    final Topology topology = new Topology();
    topology.addSource("intake", new ByteArrayDeserializer(), new ByteArrayDeserializer(), intake);
    topology.addProcessor("fold", Fold::new, "intake");
    topology.addStateStore(store(Rows.HOT).withCachingEnabled(), "fold");
    topology.addStateStore(store(Rows.ROWS).withCachingDisabled(), "fold");
    topology.addStateStore(store(Rows.IDS).withCachingDisabled(), "fold");
    topology.addSink(
        "outcomes", outcomes, new ByteArraySerializer(), new ByteArraySerializer(), "fold");
    return topology;
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of("min.cleanable.dirty.ratio", "0.5"));
  }

  private static Properties settings(String[] arguments) {
    final Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[3]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments[5]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[6]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L * MIB);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreSettings.class);
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
    settings.put(StreamsConfig.POLL_MS_CONFIG, 10);
    final String main = "main.consumer.";
    settings.put(main + ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "peer");
    settings.put(main + ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 * MIB);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), MIB);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 128L * MIB);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.SEND_BUFFER_CONFIG), MIB);
    return settings;
  }
}
