package merit.peer;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/** RocksDB's settings for the peer's stores; README.md says why. */
public final class StoreSettings implements RocksDBConfigSetter {
  private static final Cache BLOCKS = new LRUCache(256L << 20);
  private static final BloomFilter FILTER = new BloomFilter(10, false);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    final BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(BLOCKS);
    table.setFilterPolicy(FILTER);
    table.setBlockSize(16 << 10);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setMemtablePrefixBloomSizeRatio(0.1);
    options.setMemtableWholeKeyFiltering(true);
    options.setWriteBufferSize(32L << 20);
    options.setMaxWriteBufferNumber(3);
  }

  @Override
  public void close(String store, Options options) {
    // Cache and filter are shared by all stores, and live as long as the process.
  }
}
