package merit.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.Effect;
import merit.v1.OutcomeOuterClass.Outcome;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What run.py watches both sides with: a line in, a line out. It reads settled records only.
 *
 * <pre>
 * create TOPIC PARTITIONS       made
 * ends TOPIC                    how many records are settled
 * until GROUP TOPIC COUNT MS    COUNT once the group has committed so many; fewer: time is over
 * mark TOPIC                    marked: where its settled records end now
 * next TOPIC MS                 partition of the first record behind the mark; none: time is over
 * moved TOPIC MS                once each partition that had records has one behind the mark; none
 * compare TOPIC TOPIC           equal RECORDS AWARDS POINTS, or different and the first difference
 * </pre>
 */
public final class Watch {
  private static final Duration STEP = Duration.ofMillis(2);
  private static final int ASK_AGAIN_MS = 20;

  private final Admin admin;
  private final Properties settings = new Properties();
  private Map<TopicPartition, Long> marks = new HashMap<>();
  private KafkaConsumer<byte[], byte[]> reader;

  private Watch(String brokers) {
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    final Properties own = new Properties();
    own.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    admin = Admin.create(own);
  }

  public static void main(String[] arguments) throws Exception {
    final Watch watch = new Watch(arguments[0]);
    final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null; ) {
      System.out.println(watch.answer(line.split(" ")));
      System.out.flush();
    }
  }

  private String answer(String[] words) throws Exception {
    return switch (words[0]) {
      case "create" -> create(words[1], Integer.parseInt(words[2]));
      case "ends" -> String.valueOf(sum(ends(words[1])));
      case "until" -> until(words[1], words[2], Long.parseLong(words[3]), words[4]);
      case "mark" -> mark(words[1]);
      case "next" -> next(Long.parseLong(words[2]));
      case "moved" -> moved(Long.parseLong(words[2]));
      case "compare" -> compare(words[1], words[2]);
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private String create(String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    return "made";
  }

  private List<TopicPartition> partitions(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
        .stream()
        .map(one -> new TopicPartition(topic, one.partition()))
        .toList();
  }

  /** Where settled records end, transactions' markers counted. */
  private Map<TopicPartition, Long> ends(String topic) throws Exception {
    final Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartition one : partitions(topic)) latest.put(one, OffsetSpec.latest());
    final Map<TopicPartition, Long> ends = new TreeMap<>((a, b) -> a.partition() - b.partition());
    final var settled = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    admin.listOffsets(latest, settled).all().get().forEach((p, end) -> ends.put(p, end.offset()));
    return ends;
  }

  private static long sum(Map<?, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private String until(String group, String topic, long count, String patience)
      throws ExecutionException, InterruptedException {
    final long end = System.nanoTime() + Long.parseLong(patience) * 1_000_000;
    long committed = 0;
    while (committed < count && System.nanoTime() < end) {
      committed = 0;
      final Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      for (var one : offsets.entrySet()) {
        // A claim may be committed without an offset.
        if (one.getValue() == null || !one.getKey().topic().equals(topic)) continue;
        committed += Math.max(one.getValue().offset(), 0);
      }
      if (committed < count) Thread.sleep(ASK_AGAIN_MS);
    }
    return String.valueOf(committed);
  }

  // --- after a kill ----------------------------------------------------------------------------

  private String mark(String topic) throws Exception {
    marks = ends(topic);
    marks.values().removeIf(end -> end == 0);
    if (reader != null) reader.close();
    reader = new KafkaConsumer<>(settings);
    reader.assign(marks.keySet());
    marks.forEach(reader::seek);
    reader.poll(STEP);
    return "marked";
  }

  private String next(long patienceMs) {
    final long end = System.nanoTime() + patienceMs * 1_000_000;
    while (System.nanoTime() < end) {
      final ConsumerRecords<byte[], byte[]> some = reader.poll(STEP);
      marks.keySet().removeAll(some.partitions());
      if (!some.isEmpty()) return String.valueOf(some.iterator().next().partition());
    }
    return "none";
  }

  private String moved(long patienceMs) {
    final long end = System.nanoTime() + patienceMs * 1_000_000;
    while (!marks.isEmpty() && System.nanoTime() < end) {
      for (TopicPartition one : reader.poll(STEP).partitions()) marks.remove(one);
    }
    reader.close();
    reader = null;
    return marks.isEmpty() ? "moved" : "none";
  }

  // --- the same answers? -----------------------------------------------------------------------

  /** A partition's settled records, one after the other. */
  private final class Records implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
    private final TopicPartition partition;
    private final long end;
    private Iterator<ConsumerRecord<byte[], byte[]>> some = Collections.emptyIterator();

    Records(TopicPartition partition, long end) {
      this.partition = partition;
      this.end = end;
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
    }

    /** Null: no more. */
    byte[] next() {
      while (!some.hasNext()) {
        if (consumer.position(partition) >= end) return null;
        some = consumer.poll(Duration.ofMillis(100)).iterator();
      }
      return some.next().value();
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private long records;
  private long awards;
  private long points;

  /** In each partition of both topics the same outcomes must stand in the same order. */
  private String compare(String ours, String theirs) throws Exception {
    records = awards = points = 0;
    final Map<TopicPartition, Long> ourEnds = ends(ours);
    final Map<TopicPartition, Long> theirEnds = ends(theirs);
    if (ourEnds.size() != theirEnds.size()) return "different numbers of partitions";
    for (TopicPartition one : ourEnds.keySet()) {
      final TopicPartition other = new TopicPartition(theirs, one.partition());
      try (Records a = new Records(one, ourEnds.get(one));
          Records b = new Records(other, theirEnds.get(other))) {
        final String difference = difference(one.partition(), a, b);
        if (difference != null) return difference;
      }
    }
    return "equal " + records + " " + awards + " " + points;
  }

  private String difference(int partition, Records ours, Records theirs)
      throws InvalidProtocolBufferException {
    for (; ; ++records) {
      final byte[] a = ours.next();
      final byte[] b = theirs.next();
      if (a == null && b == null) return null;
      if (a == null || b == null || !Arrays.equals(a, b)) {
        return "different, partition " + partition + ": merit " + text(a) + " Streams " + text(b);
      }
      count(Outcome.parseFrom(a));
    }
  }

  private void count(Outcome outcome) {
    if (outcome.getCode() != Code.CODE_APPLIED) return;
    for (Effect effect : outcome.getEffectsList()) {
      if (!effect.hasAward()) continue;
      ++awards;
      points += effect.getAward().getAwardedPts();
    }
  }

  private static String text(byte[] outcome) throws InvalidProtocolBufferException {
    if (outcome == null) return "nothing more;";
    final String lines = TextFormat.printer().printToString(Outcome.parseFrom(outcome));
    return "{" + lines.replaceAll("\\s+", " ").trim() + "}";
  }
}
