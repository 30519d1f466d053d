<?php

/**
 * SPDX-License-Identifier: MIT
 *
 * McHA's public API. This file is its only source: scripts/stubs generates mcha_arginfo.h from it.
 *
 * Methods and constants have the names, parameters and values of pecl memcached's class Memcached; those that
 * only McHA has come last in each group. These rules hold for all methods:
 *
 *  - A key is 1 to 250 bytes including the prefix, without spaces and control characters. A method that is
 *    given any other key fails with RES_BAD_KEY_PROVIDED and sends nothing.
 *  - $expiration is in seconds: 0 means never, up to 30 days (2592000) is a span from now, a larger number is a
 *    Unix time. A negative number or a time in the past expires the value at once.
 *  - $server_key replaces the key when McHA chooses the nodes: keys with the same server key are stored on the
 *    same nodes. The caller must pass the same server key again to find them.
 *  - After each operation getResultCode() and getResultMessage() give its result, and getLastReplication()
 *    the number of replicas that it reached.
 *  - A write returns true when OPT_WRITE_QUORUM replicas acknowledged it. A write that returns false with
 *    RES_TIMEOUT or a connection failure may still have taken effect on some replicas.
 *  - A method sets RES_NOTFOUND only when a node that could hold the key answered, and RES_NO_SERVERS when the
 *    pool is empty. The methods below do not repeat these two codes.
 *  - No operation takes longer than OPT_OPERATION_TIMEOUT milliseconds.
 *
 * @generate-class-entries
 */

/** @not-serializable */
class McHA
{
	/* The libmemcached that this build was compiled with. */

	/**
	 * libmemcached's version as one number, LIBMEMCACHED_VERSION_HEX of its header.
	 * @var int
	 * @cvalue LIBMEMCACHED_VERSION_HEX
	 */
	public const LIBMEMCACHED_VERSION_HEX = UNKNOWN;

	/* What this build can do. */

	/**
	 * SERIALIZER_IGBINARY can be used: this build supports igbinary, and the extension igbinary is loaded.
	 * @var bool
	 * @cvalue MCHA_HAVE_IGBINARY
	 */
	public const HAVE_IGBINARY = UNKNOWN;

	/**
	 * SERIALIZER_JSON and SERIALIZER_JSON_ARRAY can be used.
	 * @var bool
	 * @cvalue MCHA_HAVE_JSON
	 */
	public const HAVE_JSON = UNKNOWN;

	/**
	 * SERIALIZER_MSGPACK can be used: this build supports msgpack, and the extension msgpack is loaded.
	 * @var bool
	 * @cvalue MCHA_HAVE_MSGPACK
	 */
	public const HAVE_MSGPACK = UNKNOWN;

	/**
	 * COMPRESSION_ZSTD can be used.
	 * @var bool
	 * @cvalue MCHA_HAVE_ZSTD
	 */
	public const HAVE_ZSTD = UNKNOWN;

	/**
	 * Values can be encrypted. Always false: McHA does not encrypt, see setEncodingKey().
	 * @var bool
	 * @cvalue MCHA_HAVE_ENCODING
	 */
	public const HAVE_ENCODING = UNKNOWN;

	/**
	 * This build has the session save handler "mcha".
	 * @var bool
	 * @cvalue MCHA_HAVE_SESSION
	 */
	public const HAVE_SESSION = UNKNOWN;

	/**
	 * SASL authentication can be used.
	 * @var bool
	 * @cvalue php_mcha_has_sasl
	 */
	public const HAVE_SASL = UNKNOWN;

	/**
	 * This build has TLS (OpenSSL): servers may be tls://host:port.
	 * @var bool
	 * @cvalue MCHA_HAVE_TLS
	 */
	public const HAVE_TLS = UNKNOWN;

	/* Options: how values are stored. */

	/**
	 * bool: compress values of mcha.compression_threshold bytes or more. Default true.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION
	 */
	public const OPT_COMPRESSION = UNKNOWN;

	/**
	 * int, COMPRESSION_*, or "fastlz", "zlib", "zstd": the algorithm that compresses values. Reads decompress by the
	 * item's flags. Default mcha.compression_type.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION_TYPE
	 */
	public const OPT_COMPRESSION_TYPE = UNKNOWN;

	/**
	 * int: the compression level. zlib: 0 to 9, any other number is zlib's default; zstd: up to 22, negative levels
	 * are faster; fastlz has no levels. Default mcha.compression_level.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION_LEVEL
	 */
	public const OPT_COMPRESSION_LEVEL = UNKNOWN;

	/**
	 * string, at most 127 bytes: prepended to every key. The prefix does not affect placement unless
	 * OPT_HASH_WITH_PREFIX_KEY is set. Default "".
	 * @var int
	 * @cvalue MCHA_OPT_PREFIX_KEY
	 */
	public const OPT_PREFIX_KEY = UNKNOWN;

	/**
	 * int, SERIALIZER_*, or "php", "igbinary", "json", "json_array", "msgpack", "auto" (the first of igbinary,
	 * msgpack and php that can be used): the serializer of arrays, objects and null. Reads unserialize by the item's
	 * flags. setOption() refuses a serializer that cannot be used, with a warning and RES_INVALID_ARGUMENTS. A write
	 * refuses a value that the serializer cannot store: it returns false with RES_PAYLOAD_FAILURE and a warning, or
	 * throws the serializer's exception. Default mcha.serializer.
	 * @var int
	 * @cvalue MCHA_OPT_SERIALIZER
	 */
	public const OPT_SERIALIZER = UNKNOWN;

	/**
	 * int, 0 to 65535: stored with every value, and returned by reads with GET_EXTENDED; -1: none. Default -1.
	 * @var int
	 * @cvalue MCHA_OPT_USER_FLAGS
	 */
	public const OPT_USER_FLAGS = UNKNOWN;

	/**
	 * int: how many times a failed write is retried. Default mcha.store_retry_count.
	 * @var int
	 * @cvalue MCHA_OPT_STORE_RETRY_COUNT
	 */
	public const OPT_STORE_RETRY_COUNT = UNKNOWN;

	/**
	 * int, bytes: writes refuse larger values with RES_E2BIG; 0: the server decides. Default mcha.item_size_limit.
	 * @var int
	 * @cvalue MCHA_OPT_ITEM_SIZE_LIMIT
	 */
	public const OPT_ITEM_SIZE_LIMIT = UNKNOWN;

	/* McHA's own options. Each default is the ini directive of the same name. */

	/**
	 * bool: whether operations fail over to other nodes. False: an operation asks only the key's first home node,
	 * and fails when that node fails.
	 * @var int
	 * @cvalue MCHA_OPT_ALLOW_FAILOVER
	 */
	public const OPT_ALLOW_FAILOVER = UNKNOWN;

	/**
	 * int, WRITE_QUORUM_*, or "one", "majority", "all": how many replicas must acknowledge a write.
	 * @var int
	 * @cvalue MCHA_OPT_WRITE_QUORUM
	 */
	public const OPT_WRITE_QUORUM = UNKNOWN;

	/**
	 * int, milliseconds, or HEDGE_AUTO: when the first replica of a key has not answered after this time, get() and
	 * getMulti() also ask the next replica, and return the first value that arrives. 0, the default: never. At most
	 * one read in 20 is hedged, plus a burst of 10. (J. Dean, L. A. Barroso, "The tail at scale", CACM 56(2), 2013.)
	 * @var int
	 * @cvalue MCHA_OPT_HEDGE_AFTER
	 */
	public const OPT_HEDGE_AFTER = UNKNOWN;

	/**
	 * A value of OPT_HEDGE_AFTER: the 95th percentile of this pool's read latency, at least 1 millisecond.
	 * @var int
	 * @cvalue MCHA_HEDGE_AUTO
	 */
	public const HEDGE_AUTO = UNKNOWN;

	/**
	 * int, READ_POLICY_*, or "ordered", "balanced", "nearest", "quorum": which replica a read asks first, or
	 * whether it asks a majority.
	 * @var int
	 * @cvalue MCHA_OPT_READ_POLICY
	 */
	public const OPT_READ_POLICY = UNKNOWN;

	/**
	 * int, MISS_FAILOVER_*, or "always", "recovering", "never": whether a read that misses on one replica asks the
	 * next one.
	 * @var int
	 * @cvalue MCHA_OPT_MISS_FAILOVER
	 */
	public const OPT_MISS_FAILOVER = UNKNOWN;

	/**
	 * bool: read repair. A read that finds the value on one node stores it on the home nodes that missed.
	 * @var int
	 * @cvalue MCHA_OPT_READ_REPAIR
	 */
	public const OPT_READ_REPAIR = UNKNOWN;

	/**
	 * int, seconds: the longest lifetime of a copy on a handoff node.
	 * @var int
	 * @cvalue MCHA_OPT_FAILOVER_TTL
	 */
	public const OPT_FAILOVER_TTL = UNKNOWN;

	/**
	 * string, at most 63 bytes: the zone whose replicas READ_POLICY_NEAREST prefers and ZONE_WRITES_LOCAL waits for.
	 * @var int
	 * @cvalue MCHA_OPT_LOCAL_ZONE
	 */
	public const OPT_LOCAL_ZONE = UNKNOWN;

	/**
	 * int, ZONE_WRITES_*, or "all", "local" (default "all"): which replicas a write waits for. Only over the meta
	 * protocol. add(), replace(), cas() and locks always wait for all replicas.
	 * @var int
	 * @cvalue MCHA_OPT_ZONE_WRITES
	 */
	public const OPT_ZONE_WRITES = UNKNOWN;

	/**
	 * int, PROTOCOL_*, or "auto", "meta", "text", "binary": the protocol spoken to the servers.
	 * @var int
	 * @cvalue MCHA_OPT_PROTOCOL
	 */
	public const OPT_PROTOCOL = UNKNOWN;

	/**
	 * callable(string $node, string $reason): void, or null: called after an operation, once for each node that
	 * failed in it. $node is "host:port".
	 * @var int
	 * @cvalue MCHA_OPT_FAILURE_CALLBACK
	 */
	public const OPT_FAILURE_CALLBACK = UNKNOWN;

	/**
	 * int, milliseconds: the longest that one call may take.
	 * @var int
	 * @cvalue MCHA_OPT_OPERATION_TIMEOUT
	 */
	public const OPT_OPERATION_TIMEOUT = UNKNOWN;

	/**
	 * int, NEAR_CACHE_*, or "none", "apcu": whether this host also keeps the values that its processes read or write,
	 * and returns them when no node answers. getLastReplication() names the keys of a result that came from there.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE
	 */
	public const OPT_NEAR_CACHE = UNKNOWN;

	/**
	 * int, seconds, at least 1: how long a near cache copy may be returned when no node answers.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE_TTL
	 */
	public const OPT_NEAR_CACHE_TTL = UNKNOWN;

	/**
	 * float, seconds, with fractions: how long after this host last read or wrote a value reads return the near cache
	 * copy without asking a node; at most OPT_NEAR_CACHE_TTL. 0: reads always ask the nodes.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE_FRESH
	 */
	public const OPT_NEAR_CACHE_FRESH = UNKNOWN;

	/**
	 * string, a pool string, or "": the previous pool, that is the servers before the pool was changed. Reads that
	 * miss in the present pool also ask the previous one; see docs/topologies.md. setOption() refuses a malformed
	 * string with a warning that names the mistake. Default mcha.previous_servers.
	 * @var int
	 * @cvalue MCHA_OPT_PREVIOUS_SERVERS
	 */
	public const OPT_PREVIOUS_SERVERS = UNKNOWN;

	/**
	 * array: TLS, for nodes that are written tls://host:port. setOption() changes the parts that the array has: "ca"
	 * (string, a file or folder of trusted certificates; "": the system's), "certificate", "key" (string, files in PEM
	 * format), "passphrase" (string, of the key), "peer_name" (string, the name in the certificates of all nodes, if it
	 * is not the host), "verify", "verify_name" (bool), "min_version" ("1.2" or "1.3"). getOption() returns all parts
	 * except "passphrase". Default mcha.tls_*; see docs/security.md.
	 * @var int
	 * @cvalue MCHA_OPT_TLS
	 */
	public const OPT_TLS = UNKNOWN;

	/* Values of OPT_WRITE_QUORUM. */

	/**
	 * One replica.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_ONE
	 */
	public const WRITE_QUORUM_ONE = UNKNOWN;

	/**
	 * More than half of the replicas.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_MAJORITY
	 */
	public const WRITE_QUORUM_MAJORITY = UNKNOWN;

	/**
	 * Every replica.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_ALL
	 */
	public const WRITE_QUORUM_ALL = UNKNOWN;

	/* Values of OPT_READ_POLICY. */

	/**
	 * The home nodes in the order of the key's preference list.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_ORDERED
	 */
	public const READ_POLICY_ORDERED = UNKNOWN;

	/**
	 * A random home node first.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_BALANCED
	 */
	public const READ_POLICY_BALANCED = UNKNOWN;

	/**
	 * Home nodes of the local zone first, then by measured latency.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_NEAREST
	 */
	public const READ_POLICY_NEAREST = UNKNOWN;

	/**
	 * A read asks more than half of the home nodes in one round, returns the newest version, and stores it on the
	 * nodes that have an older one. get(), set(), delete() and their multi-key forms are then linearizable (they
	 * behave as if there were one copy) while more than half of the home nodes answer, and fail otherwise. Writes
	 * take two round trips. Needs memcached 1.6.27 or newer.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_QUORUM
	 */
	public const READ_POLICY_QUORUM = UNKNOWN;

	/* Values of OPT_ZONE_WRITES. */

	/**
	 * A write waits for all replicas.
	 * @var int
	 * @cvalue MCHA_ZONE_WRITES_OF_ALL
	 */
	public const ZONE_WRITES_ALL = UNKNOWN;

	/**
	 * A write waits for the replicas in the zone OPT_LOCAL_ZONE, and for as many others as OPT_WRITE_QUORUM requires;
	 * for all replicas of a key that has none in that zone. The other replicas get the write in the same round and
	 * acknowledge asynchronously; getLastReplication() names them under "pending".
	 * @var int
	 * @cvalue MCHA_ZONE_WRITES_OF_LOCAL
	 */
	public const ZONE_WRITES_LOCAL = UNKNOWN;

	/* Values of OPT_MISS_FAILOVER. */

	/**
	 * After any miss a read asks the next replica.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_ALWAYS
	 */
	public const MISS_FAILOVER_ALWAYS = UNKNOWN;

	/**
	 * A read asks the next replica only after a miss on a node that restarted or was down recently.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_RECOVERING
	 */
	public const MISS_FAILOVER_RECOVERING = UNKNOWN;

	/**
	 * The first miss is the result.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_NEVER
	 */
	public const MISS_FAILOVER_NEVER = UNKNOWN;

	/* Values of OPT_PROTOCOL. */

	/**
	 * Meta if the server speaks it, otherwise classic text.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_AUTO
	 */
	public const PROTOCOL_AUTO = UNKNOWN;

	/**
	 * Meta (memcached 1.6.10 or newer). Requests to several nodes run in parallel.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_META
	 */
	public const PROTOCOL_META = UNKNOWN;

	/**
	 * Classic text. Requests to several nodes run in parallel.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_TEXT
	 */
	public const PROTOCOL_TEXT = UNKNOWN;

	/**
	 * Binary, by libmemcached. Requests to several nodes run one after the other.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_BINARY
	 */
	public const PROTOCOL_BINARY = UNKNOWN;

	/* Values of OPT_NEAR_CACHE. */

	/**
	 * No near cache.
	 * @var int
	 * @cvalue MCHA_NEAR_CACHE_NONE
	 */
	public const NEAR_CACHE_NONE = UNKNOWN;

	/**
	 * The near cache is in APCu, if APCu is loaded and enabled; otherwise there is none.
	 * @var int
	 * @cvalue MCHA_NEAR_CACHE_APCU
	 */
	public const NEAR_CACHE_APCU = UNKNOWN;

	/* Options: placement. */

	/**
	 * int, HASH_*: the hash of keys. The distributions of pecl memcache take only HASH_CRC (its crc32, their default)
	 * and HASH_FNV1A_32 (its fnv).
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_HASH
	 */
	public const OPT_HASH = UNKNOWN;

	/**
	 * int, DISTRIBUTION_*: how a key's hash selects its first node.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_DISTRIBUTION
	 */
	public const OPT_DISTRIBUTION = UNKNOWN;

	/**
	 * bool: weighted ketama with MD5, the ring that clients in other languages use. McHA's default.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED
	 */
	public const OPT_LIBKETAMA_COMPATIBLE = UNKNOWN;

	/**
	 * int, HASH_*: the hash of the points on ketama's ring.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_KETAMA_HASH
	 */
	public const OPT_LIBKETAMA_HASH = UNKNOWN;

	/**
	 * bool: the prefix is hashed together with the key.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY
	 */
	public const OPT_HASH_WITH_PREFIX_KEY = UNKNOWN;

	/**
	 * bool: servers are sorted, so that the order in which they were added does not affect placement.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SORT_HOSTS
	 */
	public const OPT_SORT_HOSTS = UNKNOWN;

	/**
	 * int: number of copies of a value beyond the first. Default mcha.number_of_replicas.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NUMBER_OF_REPLICAS
	 */
	public const OPT_NUMBER_OF_REPLICAS = UNKNOWN;

	/**
	 * bool: true selects READ_POLICY_BALANCED.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_RANDOMIZE_REPLICA_READ
	 */
	public const OPT_RANDOMIZE_REPLICA_READ = UNKNOWN;

	/* Values of OPT_HASH and OPT_LIBKETAMA_HASH. */

	/**
	 * Jenkins' one-at-a-time.
	 * @var int
	 * @cvalue MEMCACHED_HASH_DEFAULT
	 */
	public const HASH_DEFAULT = UNKNOWN;

	/**
	 * MD5.
	 * @var int
	 * @cvalue MEMCACHED_HASH_MD5
	 */
	public const HASH_MD5 = UNKNOWN;

	/**
	 * CRC-32.
	 * @var int
	 * @cvalue MEMCACHED_HASH_CRC
	 */
	public const HASH_CRC = UNKNOWN;

	/**
	 * FNV-1, 64 bits.
	 * @var int
	 * @cvalue MEMCACHED_HASH_FNV1_64
	 */
	public const HASH_FNV1_64 = UNKNOWN;

	/**
	 * FNV-1a, 64 bits.
	 * @var int
	 * @cvalue MEMCACHED_HASH_FNV1A_64
	 */
	public const HASH_FNV1A_64 = UNKNOWN;

	/**
	 * FNV-1, 32 bits.
	 * @var int
	 * @cvalue MEMCACHED_HASH_FNV1_32
	 */
	public const HASH_FNV1_32 = UNKNOWN;

	/**
	 * FNV-1a, 32 bits.
	 * @var int
	 * @cvalue MEMCACHED_HASH_FNV1A_32
	 */
	public const HASH_FNV1A_32 = UNKNOWN;

	/**
	 * Hsieh's hash; not every libmemcached has it.
	 * @var int
	 * @cvalue MEMCACHED_HASH_HSIEH
	 */
	public const HASH_HSIEH = UNKNOWN;

	/**
	 * Murmur.
	 * @var int
	 * @cvalue MEMCACHED_HASH_MURMUR
	 */
	public const HASH_MURMUR = UNKNOWN;

	/* Values of OPT_DISTRIBUTION. */

	/**
	 * The hash modulo the number of servers.
	 * @var int
	 * @cvalue MEMCACHED_DISTRIBUTION_MODULA
	 */
	public const DISTRIBUTION_MODULA = UNKNOWN;

	/**
	 * A consistent hash ring: a change of the pool moves few keys.
	 * @var int
	 * @cvalue MEMCACHED_DISTRIBUTION_CONSISTENT
	 */
	public const DISTRIBUTION_CONSISTENT = UNKNOWN;

	/**
	 * Virtual buckets mapped to servers, see setBucket().
	 * @var int
	 * @cvalue MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET
	 */
	public const DISTRIBUTION_VIRTUAL_BUCKET = UNKNOWN;

	/**
	 * McHA's own: weighted rendezvous hashing, the node with the highest score for the key.
	 * @var int
	 * @cvalue MCHA_DISTRIBUTION_RENDEZVOUS
	 */
	public const DISTRIBUTION_RENDEZVOUS = UNKNOWN;

	/**
	 * pecl memcache's memcache.hash_strategy=standard: the hash modulo the sum of the servers' weights,
	 * servers in the order in which they were added. The prefix is hashed with the key.
	 * @var int
	 * @cvalue MCHA_DISTRIBUTION_MEMCACHE_STANDARD
	 */
	public const DISTRIBUTION_MEMCACHE_STANDARD = UNKNOWN;

	/**
	 * pecl memcache's memcache.hash_strategy=consistent, its default: a ring with 160 points per unit of weight. The
	 * prefix is hashed with the key.
	 * @var int
	 * @cvalue MCHA_DISTRIBUTION_MEMCACHE_CONSISTENT
	 */
	public const DISTRIBUTION_MEMCACHE_CONSISTENT = UNKNOWN;

	/* Options: connections and time. */

	/**
	 * bool: true selects PROTOCOL_BINARY, unless OPT_PROTOCOL or mcha.protocol is set to something other than auto.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_BINARY_PROTOCOL
	 */
	public const OPT_BINARY_PROTOCOL = UNKNOWN;

	/**
	 * int, milliseconds: the longest that one connect may take. 0, the default: mcha.connect_timeout; negative: only
	 * OPT_OPERATION_TIMEOUT limits a connect.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT
	 */
	public const OPT_CONNECT_TIMEOUT = UNKNOWN;

	/**
	 * int, seconds: how long after its first failure a down node is probed again. Default mcha.retry_interval.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_RETRY_TIMEOUT
	 */
	public const OPT_RETRY_TIMEOUT = UNKNOWN;

	/**
	 * int, seconds: the longest time between two probes of a down node, which grows with each failed probe. Default
	 * mcha.retry_interval_max.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_DEAD_TIMEOUT
	 */
	public const OPT_DEAD_TIMEOUT = UNKNOWN;

	/**
	 * int, milliseconds: another name of OPT_OPERATION_TIMEOUT; 0: mcha.operation_timeout; negative: no limit.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_POLL_TIMEOUT
	 */
	public const OPT_POLL_TIMEOUT = UNKNOWN;

	/**
	 * int, microseconds: remembered; OPT_OPERATION_TIMEOUT bounds the whole call.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SND_TIMEOUT
	 */
	public const OPT_SEND_TIMEOUT = UNKNOWN;

	/**
	 * int, microseconds: remembered; OPT_OPERATION_TIMEOUT bounds the whole call.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_RCV_TIMEOUT
	 */
	public const OPT_RECV_TIMEOUT = UNKNOWN;

	/**
	 * bool: TCP_NODELAY, small packets are sent immediately. Default true.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_TCP_NODELAY
	 */
	public const OPT_TCP_NODELAY = UNKNOWN;

	/**
	 * bool: SO_KEEPALIVE, the system checks idle connections.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_TCP_KEEPALIVE
	 */
	public const OPT_TCP_KEEPALIVE = UNKNOWN;

	/**
	 * int, bytes: the size of the socket's send buffer; 0: the system's default.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SOCKET_SEND_SIZE
	 */
	public const OPT_SOCKET_SEND_SIZE = UNKNOWN;

	/**
	 * int, bytes: the size of the socket's receive buffer; 0: the system's default.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SOCKET_RECV_SIZE
	 */
	public const OPT_SOCKET_RECV_SIZE = UNKNOWN;

	/* Options for code written for pecl memcached: setOption() accepts them and getOption() returns them, but McHA's
	 * own rules apply: every write is acknowledged, no node blocks the others, and a down node stays in the pool. */

	/**
	 * bool: no effect, writes are never buffered.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_BUFFER_REQUESTS
	 */
	public const OPT_BUFFER_WRITES = UNKNOWN;

	/**
	 * bool: no effect, the meta and the text transport never block on one node.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NO_BLOCK
	 */
	public const OPT_NO_BLOCK = UNKNOWN;

	/**
	 * bool: a write returns true after any answer of the server, even a refusal. The write still waits for the answer.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NOREPLY
	 */
	public const OPT_NOREPLY = UNKNOWN;

	/**
	 * bool: no effect, connections are TCP or unix sockets.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_USE_UDP
	 */
	public const OPT_USE_UDP = UNKNOWN;

	/**
	 * bool: always true and cannot be changed (RES_DEPRECATED). Resolved addresses are cached for a minute.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_CACHE_LOOKUPS
	 */
	public const OPT_CACHE_LOOKUPS = UNKNOWN;

	/**
	 * bool: operations refuse keys with bytes outside ASCII, except over the binary protocol. Keys with spaces or
	 * control characters are always refused.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_VERIFY_KEY
	 */
	public const OPT_VERIFY_KEY = UNKNOWN;

	/**
	 * int: no effect, a node is down after its first failure.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT
	 */
	public const OPT_SERVER_FAILURE_LIMIT = UNKNOWN;

	/**
	 * int: no effect, a node is down after its first timeout.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SERVER_TIMEOUT_LIMIT
	 */
	public const OPT_SERVER_TIMEOUT_LIMIT = UNKNOWN;

	/**
	 * bool: no effect, a down node keeps its place in the pool and handoff nodes take its writes.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS
	 */
	public const OPT_AUTO_EJECT_HOSTS = UNKNOWN;

	/**
	 * bool: no effect, a down node keeps its place in the pool and handoff nodes take its writes.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_REMOVE_FAILED_SERVERS
	 */
	public const OPT_REMOVE_FAILED_SERVERS = UNKNOWN;

	/* Result codes that McHA gives: getResultCode(). */

	/**
	 * The operation succeeded.
	 * @var int
	 * @cvalue MEMCACHED_SUCCESS
	 */
	public const RES_SUCCESS = UNKNOWN;

	/**
	 * The operation failed for a reason that has no code of its own.
	 * @var int
	 * @cvalue MEMCACHED_FAILURE
	 */
	public const RES_FAILURE = UNKNOWN;

	/**
	 * A host name could not be resolved.
	 * @var int
	 * @cvalue MEMCACHED_HOST_LOOKUP_FAILURE
	 */
	public const RES_HOST_LOOKUP_FAILURE = UNKNOWN;

	/**
	 * McHA could not connect to a node, or the node closed the connection before it answered.
	 * @var int
	 * @cvalue MEMCACHED_CONNECTION_FAILURE
	 */
	public const RES_CONNECTION_FAILURE = UNKNOWN;

	/**
	 * A server sent a reply that is not memcached's protocol.
	 * @var int
	 * @cvalue MEMCACHED_PROTOCOL_ERROR
	 */
	public const RES_PROTOCOL_ERROR = UNKNOWN;

	/**
	 * A server refused the request.
	 * @var int
	 * @cvalue MEMCACHED_CLIENT_ERROR
	 */
	public const RES_CLIENT_ERROR = UNKNOWN;

	/**
	 * A server reported an internal error.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_ERROR
	 */
	public const RES_SERVER_ERROR = UNKNOWN;

	/**
	 * cas(): the value has changed since the caller read the token.
	 * @var int
	 * @cvalue MEMCACHED_DATA_EXISTS
	 */
	public const RES_DATA_EXISTS = UNKNOWN;

	/**
	 * add(): the key has a value; replace(), append(), prepend(): the key has none.
	 * @var int
	 * @cvalue MEMCACHED_NOTSTORED
	 */
	public const RES_NOTSTORED = UNKNOWN;

	/**
	 * No value: at least one node that could hold the key answered, and none has it.
	 * @var int
	 * @cvalue MEMCACHED_NOTFOUND
	 */
	public const RES_NOTFOUND = UNKNOWN;

	/**
	 * Fewer replicas than OPT_WRITE_QUORUM acknowledged a write; operations on several keys or on all servers: some
	 * of them failed.
	 * @var int
	 * @cvalue MEMCACHED_SOME_ERRORS
	 */
	public const RES_SOME_ERRORS = UNKNOWN;

	/**
	 * The pool is empty.
	 * @var int
	 * @cvalue MEMCACHED_NO_SERVERS
	 */
	public const RES_NO_SERVERS = UNKNOWN;

	/**
	 * A system call on a socket failed, see getLastErrorErrno().
	 * @var int
	 * @cvalue MEMCACHED_ERRNO
	 */
	public const RES_ERRNO = UNKNOWN;

	/**
	 * This protocol or this build does not support the operation.
	 * @var int
	 * @cvalue MEMCACHED_NOT_SUPPORTED
	 */
	public const RES_NOT_SUPPORTED = UNKNOWN;

	/**
	 * OPT_OPERATION_TIMEOUT elapsed before an answer arrived.
	 * @var int
	 * @cvalue MEMCACHED_TIMEOUT
	 */
	public const RES_TIMEOUT = UNKNOWN;

	/**
	 * The key is empty, longer than 250 bytes with its prefix, or has spaces or control characters.
	 * @var int
	 * @cvalue MEMCACHED_BAD_KEY_PROVIDED
	 */
	public const RES_BAD_KEY_PROVIDED = UNKNOWN;

	/**
	 * An argument or an option's value is invalid.
	 * @var int
	 * @cvalue MEMCACHED_INVALID_ARGUMENTS
	 */
	public const RES_INVALID_ARGUMENTS = UNKNOWN;

	/**
	 * The value is larger than OPT_ITEM_SIZE_LIMIT or than the server's limit.
	 * @var int
	 * @cvalue MEMCACHED_E2BIG
	 */
	public const RES_E2BIG = UNKNOWN;

	/**
	 * All nodes that the operation could ask are down, and their next probes are not due yet.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_TEMPORARILY_DISABLED
	 */
	public const RES_SERVER_TEMPORARILY_DISABLED = UNKNOWN;

	/**
	 * A server is out of memory.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE
	 */
	public const RES_SERVER_MEMORY_ALLOCATION_FAILURE = UNKNOWN;

	/**
	 * A server refused the credentials.
	 * @var int
	 * @cvalue MEMCACHED_AUTH_FAILURE
	 */
	public const RES_AUTH_FAILURE = UNKNOWN;

	/**
	 * A value could not be serialized, unserialized, compressed or decompressed.
	 * @var int
	 * @cvalue MCHA_RES_PAYLOAD_FAILURE
	 */
	public const RES_PAYLOAD_FAILURE = UNKNOWN;

	/* Result codes of libmemcached that McHA never returns. They exist so that code that names them still runs. */

	/**
	 * A socket could not be bound.
	 * @var int
	 * @cvalue MEMCACHED_CONNECTION_BIND_FAILURE
	 */
	public const RES_CONNECTION_BIND_FAILURE = UNKNOWN;

	/**
	 * A socket could not be created.
	 * @var int
	 * @cvalue MEMCACHED_CONNECTION_SOCKET_CREATE_FAILURE
	 */
	public const RES_CONNECTION_SOCKET_CREATE_FAILURE = UNKNOWN;

	/**
	 * A read failed.
	 * @var int
	 * @cvalue MEMCACHED_READ_FAILURE
	 */
	public const RES_READ_FAILURE = UNKNOWN;

	/**
	 * No such value.
	 * @var int
	 * @cvalue MEMCACHED_DATA_DOES_NOT_EXIST
	 */
	public const RES_DATA_DOES_NOT_EXIST = UNKNOWN;

	/**
	 * Stored.
	 * @var int
	 * @cvalue MEMCACHED_STORED
	 */
	public const RES_STORED = UNKNOWN;

	/**
	 * End of a result set.
	 * @var int
	 * @cvalue MEMCACHED_END
	 */
	public const RES_END = UNKNOWN;

	/**
	 * Deleted.
	 * @var int
	 * @cvalue MEMCACHED_DELETED
	 */
	public const RES_DELETED = UNKNOWN;

	/**
	 * A value.
	 * @var int
	 * @cvalue MEMCACHED_VALUE
	 */
	public const RES_VALUE = UNKNOWN;

	/**
	 * A statistic.
	 * @var int
	 * @cvalue MEMCACHED_STAT
	 */
	public const RES_STAT = UNKNOWN;

	/**
	 * An item.
	 * @var int
	 * @cvalue MEMCACHED_ITEM
	 */
	public const RES_ITEM = UNKNOWN;

	/**
	 * A unix socket could not be used.
	 * @var int
	 * @cvalue MEMCACHED_FAIL_UNIX_SOCKET
	 */
	public const RES_FAIL_UNIX_SOCKET = UNKNOWN;

	/**
	 * No key was given.
	 * @var int
	 * @cvalue MEMCACHED_NO_KEY_PROVIDED
	 */
	public const RES_NO_KEY_PROVIDED = UNKNOWN;

	/**
	 * A result set was not read to its end.
	 * @var int
	 * @cvalue MEMCACHED_FETCH_NOTFINISHED
	 */
	public const RES_FETCH_NOTFINISHED = UNKNOWN;

	/**
	 * The request was buffered.
	 * @var int
	 * @cvalue MEMCACHED_BUFFERED
	 */
	public const RES_BUFFERED = UNKNOWN;

	/**
	 * The server speaks another protocol.
	 * @var int
	 * @cvalue MEMCACHED_INVALID_HOST_PROTOCOL
	 */
	public const RES_INVALID_HOST_PROTOCOL = UNKNOWN;

	/**
	 * No such kind of statistics.
	 * @var int
	 * @cvalue MEMCACHED_UNKNOWN_STAT_KEY
	 */
	public const RES_UNKNOWN_STAT_KEY = UNKNOWN;

	/**
	 * A configuration string has a mistake.
	 * @var int
	 * @cvalue MEMCACHED_PARSE_ERROR
	 */
	public const RES_PARSE_ERROR = UNKNOWN;

	/**
	 * A configuration string has a mistake.
	 * @var int
	 * @cvalue MEMCACHED_PARSE_USER_ERROR
	 */
	public const RES_PARSE_USER_ERROR = UNKNOWN;

	/**
	 * The option was removed from libmemcached. McHA returns this code for OPT_CACHE_LOOKUPS.
	 * @var int
	 * @cvalue MEMCACHED_DEPRECATED
	 */
	public const RES_DEPRECATED = UNKNOWN;

	/**
	 * The operation is in progress.
	 * @var int
	 * @cvalue MEMCACHED_IN_PROGRESS
	 */
	public const RES_IN_PROGRESS = UNKNOWN;

	/**
	 * A write failed.
	 * @var int
	 * @cvalue MEMCACHED_WRITE_FAILURE
	 */
	public const RES_WRITE_FAILURE = UNKNOWN;

	/**
	 * A read failed.
	 * @var int
	 * @cvalue MEMCACHED_UNKNOWN_READ_FAILURE
	 */
	public const RES_UNKNOWN_READ_FAILURE = UNKNOWN;

	/**
	 * A read returned only part of the data.
	 * @var int
	 * @cvalue MEMCACHED_PARTIAL_READ
	 */
	public const RES_PARTIAL_READ = UNKNOWN;

	/**
	 * libmemcached has marked the server dead.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_MARKED_DEAD
	 */
	public const RES_SERVER_MARKED_DEAD = UNKNOWN;

	/**
	 * The key is too long. McHA returns RES_BAD_KEY_PROVIDED instead.
	 * @var int
	 * @cvalue MEMCACHED_KEY_TOO_BIG
	 */
	public const RES_KEY_TOO_BIG = UNKNOWN;

	/**
	 * This process ran out of memory.
	 * @var int
	 * @cvalue MEMCACHED_MEMORY_ALLOCATION_FAILURE
	 */
	public const RES_MEMORY_ALLOCATION_FAILURE = UNKNOWN;

	/**
	 * Authentication could not be started.
	 * @var int
	 * @cvalue MEMCACHED_AUTH_PROBLEM
	 */
	public const RES_AUTH_PROBLEM = UNKNOWN;

	/**
	 * One more than the last code.
	 * @var int
	 * @cvalue MEMCACHED_MAXIMUM_RETURN
	 */
	public const RES_MAXIMUM_RETURN = UNKNOWN;

	/**
	 * Authentication continues.
	 * @var int
	 * @cvalue MEMCACHED_AUTH_CONTINUE
	 */
	public const RES_AUTH_CONTINUE = UNKNOWN;

	/* Values of OPT_SERIALIZER. */

	/**
	 * PHP's serialize().
	 * @var int
	 * @cvalue MCHA_SERIALIZER_PHP
	 */
	public const SERIALIZER_PHP = UNKNOWN;

	/**
	 * igbinary, by the extension igbinary (HAVE_IGBINARY).
	 * @var int
	 * @cvalue MCHA_SERIALIZER_IGBINARY
	 */
	public const SERIALIZER_IGBINARY = UNKNOWN;

	/**
	 * JSON; reads return objects as stdClass.
	 * @var int
	 * @cvalue MCHA_SERIALIZER_JSON
	 */
	public const SERIALIZER_JSON = UNKNOWN;

	/**
	 * JSON; reads return objects as arrays.
	 * @var int
	 * @cvalue MCHA_SERIALIZER_JSON_ARRAY
	 */
	public const SERIALIZER_JSON_ARRAY = UNKNOWN;

	/**
	 * MessagePack, by the extension msgpack (HAVE_MSGPACK).
	 * @var int
	 * @cvalue MCHA_SERIALIZER_MSGPACK
	 */
	public const SERIALIZER_MSGPACK = UNKNOWN;

	/* Values of OPT_COMPRESSION_TYPE. */

	/**
	 * FastLZ.
	 * @var int
	 * @cvalue MCHA_COMPRESSION_FASTLZ
	 */
	public const COMPRESSION_FASTLZ = UNKNOWN;

	/**
	 * zlib.
	 * @var int
	 * @cvalue MCHA_COMPRESSION_ZLIB
	 */
	public const COMPRESSION_ZLIB = UNKNOWN;

	/**
	 * Zstandard (HAVE_ZSTD).
	 * @var int
	 * @cvalue MCHA_COMPRESSION_ZSTD
	 */
	public const COMPRESSION_ZSTD = UNKNOWN;

	/* Bits of $get_flags, and the return value of a failed read. */

	/**
	 * getMulti(): the result has every requested key, in the order of $keys; null for a miss.
	 * @var int
	 * @cvalue MCHA_GET_PRESERVE_ORDER
	 */
	public const GET_PRESERVE_ORDER = UNKNOWN;

	/**
	 * A read returns each value as array("value" => mixed, "cas" => int|string, "flags" => int). The read asks the
	 * nodes even while a near cache copy is fresh (OPT_NEAR_CACHE). A near cache copy that is returned because no
	 * node answers has "cas" 0.
	 * @var int
	 * @cvalue MCHA_GET_EXTENDED
	 */
	public const GET_EXTENDED = UNKNOWN;

	/**
	 * The return value of a read that finds no value.
	 * @var bool
	 */
	public const GET_ERROR_RETURN_VALUE = false;

	/* --- Construction ------------------------------------------------------------------------- */

	/**
	 * Creates a client. Without a persistent id the client has its own pool. With a persistent id this process keeps
	 * the pool (servers, options, connections) from request to request. One id has a separate pool for each set
	 * of mcha.* directives (mcha.sess_* do not count), for each $connection_str, and for each list of servers that
	 * addServer() declares; without $connection_str and addServer() the client gets the pool of this id that was used
	 * last. The process drops a pool when the request that created or changed it ends in a fatal error, or
	 * ends before it has asked a server.
	 *
	 * $connection_str is a pool string ("10.0.0.1:11211,10.0.0.2:11211?zone=b") or a libmemcached configuration
	 * ("--SERVER=10.0.0.1 --SERVER=10.0.0.2"). Without it addServer() and addServers() fill the pool; a pool that is
	 * still empty at the first operation gets the servers of mcha.servers.
	 *
	 * @param string|null $persistent_id Name of the persistent pool; null or "": the pool is not persistent.
	 * @param callable|null $callback function (McHA $client, ?string $persistent_id): void, called when the pool is
	 *     new: the place to add servers and to set options once.
	 * @param string|null $connection_str The servers of the pool; null or "": none.
	 * @throws McHAException $connection_str has a mistake; the message names the part that is wrong.
	 */
	public function __construct(?string $persistent_id = null, ?callable $callback = null, ?string $connection_str = null) {}

	/** Whether this object was created with a persistent id. */
	public function isPersistent(): bool {}

	/** Whether this object created its pool; false: the pool is one that the process kept from an earlier object. */
	public function isPristine(): bool {}

	/* --- Servers ------------------------------------------------------------------------------ */

	/**
	 * Adds a server at the end of the pool. Does not connect.
	 *
	 * With a persistent id the effect depends on whether the caller has looked at the pool first, by getServerList()
	 * or isPristine(). If so, addServer() adds a server that the persistent pool does not have yet, and
	 * ignores one that it has. If not, the added servers are the whole list: the object gets the persistent pool
	 * that was created from exactly this list, or a new one.
	 *
	 * @param string $host Name, address, "/path/to/socket" or "unix:///path/to/socket".
	 * @param int $port 1 to 65535; 0 means 11211, or a unix socket.
	 * @param int $weight The server's share of keys, relative to the other servers; 0 counts as 1.
	 * @return bool False: RES_INVALID_ARGUMENTS (invalid host, port or weight, or the pool is full);
	 *     getLastErrorMessage() names the mistake.
	 */
	public function addServer(string $host, int $port, int $weight = 0): bool {}

	/**
	 * Adds several servers, all or none.
	 *
	 * @param array $servers A list of array(host, port[, weight]), as for addServer(); further elements are ignored.
	 *     Port and weight may be ints, floats or numeric strings; null, false and "" are the default.
	 * @return bool False: RES_INVALID_ARGUMENTS (one of the servers is invalid, and none was added).
	 */
	public function addServers(array $servers): bool {}

	/**
	 * The servers of the pool in the order in which they were added, each as array("host" => string, "port" => int,
	 * "type" => "TCP" or "SOCKET", "weight" => int). getNodes() also gives their state.
	 */
	public function getServerList(): array {}

	/**
	 * The first home node of a server key: array("host" => string, "port" => int, "weight" => int). Asks no server.
	 * getReplicas() gives a key's whole preference list.
	 *
	 * @return array|false False: RES_BAD_KEY_PROVIDED, RES_NO_SERVERS.
	 */
	public function getServerByKey(string $server_key): array|false {}

	/** Removes all servers from the pool and closes its connections. Always true. */
	public function resetServerList(): bool {}

	/** Closes all connections; the next operation opens new ones. Always true. */
	public function quit(): bool {}

	/** No effect: McHA does not buffer writes. Always true. */
	public function flushBuffers(): bool {}

	/**
	 * Distributes keys by virtual buckets: the lowest bits of a key's hash select a bucket, and the map gives the
	 * bucket's server. Sets OPT_DISTRIBUTION to DISTRIBUTION_VIRTUAL_BUCKET. Only the first copy's node depends
	 * on the buckets; the further copies are placed as in every other distribution.
	 *
	 * @param array $host_map For each bucket the index of its server in the pool, from 0 on. Use a power of two
	 *     buckets: with any other number some buckets are never selected.
	 * @param array|null $forward_map As $host_map and of the same length. libmemcached stores this map and never uses
	 *     it.
	 * @param int $replicas 0 or more. Not used: OPT_NUMBER_OF_REPLICAS sets the number of copies.
	 * @return bool False with a warning: $host_map is empty, a map has a negative number, or the maps differ in
	 *     length.
	 */
	public function setBucket(array $host_map, ?array $forward_map, int $replicas): bool {}

	/**
	 * Sets the SASL credentials for all servers and closes open connections. SASL needs the binary protocol: set
	 * OPT_BINARY_PROTOCOL first. This method does not connect; if a server rejects the credentials, the next operation
	 * fails with RES_AUTH_FAILURE.
	 *
	 * @return bool False: RES_NOT_SUPPORTED (this build has no SASL, see HAVE_SASL), or with a warning: the protocol is
	 *     not binary.
	 */
	public function setSaslAuthData(string $username, string $password): bool {}

	/**
	 * Not supported: always returns false with a warning and RES_NOT_SUPPORTED; values are stored unencrypted.
	 * Compatible values would need libmemcached's encryption, which reads 32 bytes of the key even if the key is
	 * shorter, and leaks the memory of each value.
	 */
	public function setEncodingKey(string $key): bool {}

	/* --- Reading ------------------------------------------------------------------------------ */

	/**
	 * Reads a value. Asks the home nodes in order (OPT_READ_POLICY); after a failure or a miss the read asks the next
	 * node. Returns the first copy found, and stores it on home nodes that missed (OPT_READ_REPAIR). With
	 * OPT_NEAR_CACHE the read returns this host's near cache copy while the copy is fresh, or when no node answers.
	 *
	 * @param callable|null $cache_cb function (McHA $client, string $key, mixed &$value, int &$expiration): bool,
	 *     called on a miss. If the callback returns true, get() stores $value for $expiration and returns it; it
	 *     returns the value even if storing failed (see getResultCode()). With GET_EXTENDED $value is an array with
	 *     the value under "value".
	 * @param int $get_flags GET_EXTENDED or 0.
	 * @return mixed The value; with GET_EXTENDED array("value" => mixed, "cas" => int|string, "flags" => int). False:
	 *     RES_NOTFOUND, RES_PAYLOAD_FAILURE (the stored bytes cannot be decoded), or a failure.
	 */
	public function get(string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed {}

	/** get(), with a server key. */
	public function getByKey(string $server_key, string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed {}

	/**
	 * Reads several values, from all nodes in parallel. Keys that are empty or too long are ignored.
	 *
	 * @param array $keys Strings; other types are converted to strings.
	 * @param int $get_flags GET_PRESERVE_ORDER, GET_EXTENDED, or both.
	 * @return array|false key => value for the keys found. RES_SUCCESS: at least one was found; RES_NOTFOUND: none
	 *     was; RES_SOME_ERRORS: no node answered for some keys; RES_BAD_KEY_PROVIDED: some keys have spaces or control
	 *     characters. False: no node answered for any key.
	 */
	public function getMulti(array $keys, int $get_flags = 0): array|false {}

	/** getMulti(), with one server key for all keys. */
	public function getMultiByKey(string $server_key, array $keys, int $get_flags = 0): array|false {}

	/**
	 * Reads several values now, as getMulti(), and hands them out one at a time later, by fetch() or by calling
	 * $value_cb for each value found. Later writes do not change these results. Until they are fetched, the values stay
	 * compressed and serialized in PHP's memory. The next operation that asks a server discards results that have not
	 * been fetched.
	 *
	 * @param array $keys Strings; other types are converted to strings. Keys that are empty or too long are ignored.
	 * @param bool $with_cas Results also have "cas" and "flags" (over the binary protocol they always have).
	 * @param callable|null $value_cb function (McHA $client, array $result): void, $result as fetch() returns it.
	 *     With a callback nothing is left to fetch.
	 * @return bool False: RES_SOME_ERRORS, RES_BAD_KEY_PROVIDED, or another failure; fetch() still returns the values
	 *     that were found. With a callback also RES_NOTFOUND (none was found) and RES_PAYLOAD_FAILURE.
	 */
	public function getDelayed(array $keys, bool $with_cas = false, ?callable $value_cb = null): bool {}

	/** getDelayed(), with one server key for all keys. */
	public function getDelayedByKey(string $server_key, array $keys, bool $with_cas = false, ?callable $value_cb = null): bool {}

	/**
	 * Returns the next result of getDelayed(), in the order of its $keys.
	 *
	 * @return array|false array("key" => string, "value" => mixed[, "cas" => int|string, "flags" => int]). False:
	 *     RES_NOTFOUND (no more results), RES_PAYLOAD_FAILURE (this result cannot be decoded; there may be more).
	 */
	public function fetch(): array|false {}

	/**
	 * Returns all remaining results of getDelayed().
	 *
	 * @return array|false A list of arrays as fetch() returns them; with RES_PAYLOAD_FAILURE some results cannot be
	 *     decoded and are missing. False: RES_NOTFOUND (no results).
	 */
	public function fetchAll(): array|false {}

	/* --- Writing ------------------------------------------------------------------------------ */

	/**
	 * Stores a value on all replicas in parallel.
	 *
	 * @param mixed $value Any value that the serializer supports; no resources.
	 * @return bool False: RES_E2BIG (too large), RES_PAYLOAD_FAILURE (not serializable), or a failure.
	 * @throws Exception The exception that the serializer throws.
	 */
	public function set(string $key, mixed $value, int $expiration = 0): bool {}

	/** set(), with a server key. */
	public function setByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores several values, on all nodes in parallel.
	 *
	 * @param array $items key => value.
	 * @return bool False: at least one value was not stored; getResultCode() is that of the first failure.
	 */
	public function setMulti(array $items, int $expiration = 0): bool {}

	/** setMulti(), with one server key for all keys. */
	public function setMultiByKey(string $server_key, array $items, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key has none. The key's first home node that is up decides: of two clients that add at the
	 * same moment only one succeeds.
	 *
	 * @return bool False: RES_NOTSTORED (the key has a value), RES_E2BIG, RES_PAYLOAD_FAILURE, RES_FAILURE (only on
	 *     servers without versions: another client stored the same value at the same moment, and the value is stored),
	 *     or another failure.
	 */
	public function add(string $key, mixed $value, int $expiration = 0): bool {}

	/** add(), with a server key. */
	public function addByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key has one. As with add(), the key's first home node that is up decides.
	 *
	 * @return bool False: RES_NOTSTORED (the key has no value), RES_E2BIG, RES_PAYLOAD_FAILURE, or a failure.
	 */
	public function replace(string $key, mixed $value, int $expiration = 0): bool {}

	/** replace(), with a server key. */
	public function replaceByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key's value has not changed since the caller read the token. As with add(), the key's first
	 * home node that is up decides. A token is valid only on the node that returned it: after a failover to another
	 * node cas() fails with RES_DATA_EXISTS, and the caller must read the value again.
	 *
	 * @param string|int|float $cas_token The "cas" of a read with GET_EXTENDED.
	 * @return bool False: RES_DATA_EXISTS (the value has changed), RES_NOTFOUND (the key has no value),
	 *     RES_INVALID_ARGUMENTS (not a token), RES_E2BIG, RES_PAYLOAD_FAILURE, or a failure.
	 */
	public function cas(string|int|float $cas_token, string $key, mixed $value, int $expiration = 0): bool {}

	/** cas(), with a server key. */
	public function casByKey(string|int|float $cas_token, string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Appends bytes to a stored string, on all replicas. When several clients append at the same moment, each replica
	 * gets all parts, but their order may differ between replicas.
	 *
	 * @return bool|null False: RES_NOTSTORED (the key has no value), RES_E2BIG, or a failure. Null with a warning:
	 *     OPT_COMPRESSION is on, so that the stored bytes may be compressed.
	 */
	public function append(string $key, string $value): ?bool {}

	/** append(), with a server key. */
	public function appendByKey(string $server_key, string $key, string $value): ?bool {}

	/** As append(), but inserts the bytes before the stored string. */
	public function prepend(string $key, string $value): ?bool {}

	/** prepend(), with a server key. */
	public function prependByKey(string $server_key, string $key, string $value): ?bool {}

	/**
	 * Sets a new expiration for a stored value, on all replicas, without sending the value.
	 *
	 * @return bool False: RES_NOTFOUND, or a failure.
	 */
	public function touch(string $key, int $expiration = 0): bool {}

	/** touch(), with a server key. */
	public function touchByKey(string $server_key, string $key, int $expiration = 0): bool {}

	/**
	 * Deletes a value on all replicas.
	 *
	 * @param int $time Must be 0, otherwise delete() fails with RES_INVALID_ARGUMENTS: memcached no longer has delayed
	 *     deletes.
	 * @return bool True: the key had a value. False: RES_NOTFOUND, or a failure.
	 */
	public function delete(string $key, int $time = 0): bool {}

	/** delete(), with a server key. */
	public function deleteByKey(string $server_key, string $key, int $time = 0): bool {}

	/**
	 * Deletes several values, on all nodes in parallel. getResultCode() is that of the last key.
	 *
	 * @param array $keys Strings; other types are converted to strings. Empty keys are ignored.
	 * @param int $time Must be 0, as for delete().
	 * @return array key => true, or the RES_* code of the key's failure.
	 */
	public function deleteMulti(array $keys, int $time = 0): array {}

	/** deleteMulti(), with one server key for all keys. */
	public function deleteMultiByKey(string $server_key, array $keys, int $time = 0): array {}

	/* --- Counters ----------------------------------------------------------------------------- */

	/**
	 * Adds to a counter, on all replicas in parallel. The replicas do not diverge when nodes fail. Counters are unsigned
	 * 64-bit decimal numbers; a counter that overflows continues from 0.
	 *
	 * @param int $offset 0 or more; with a negative number the method fails with RES_INVALID_ARGUMENTS and a warning.
	 * @param int $initial_value If this argument is given and the key has no value, the counter is created with this
	 *     number; 0 or more, as $offset.
	 * @param int $expiry Expiration of a counter that this call creates, as $expiration.
	 * @return int|string|false The new number; a string if an int cannot hold it. False: RES_NOTFOUND,
	 *     RES_CLIENT_ERROR (the stored value is not a number), or a failure.
	 */
	public function increment(string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** As increment(), but subtracts; the result is never below 0. */
	public function decrement(string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** increment(), with a server key. */
	public function incrementByKey(string $server_key, string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** decrement(), with a server key. */
	public function decrementByKey(string $server_key, string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/* --- Locks and leases --------------------------------------------------------------------- */

	/**
	 * Acquires a lock on a key. No other caller gets the lock until its owner releases it, it expires, or the
	 * McHALock object is destroyed. The lock is held on all home nodes of the key. While some home nodes do not answer, it
	 * is held if more than half of the home nodes (half of an even number) have it and have been up for longer
	 * than $ttl. The lock therefore survives the loss of a node; docs/locks.md describes the failures that it does not
	 * survive. The items "mcha.lock.KEY" (the lock) and "mcha.fence.KEY" (the counter of fencing tokens), behind
	 * OPT_PREFIX_KEY, belong to locks: do not use these names.
	 *
	 * @param string $key Any key, at most 239 bytes with the prefix. A value of that key is not affected.
	 * @param int $ttl Seconds from the call until the lock expires, 1 to 2591998. All callers that lock the same key
	 *     should use the same $ttl.
	 * @param float $wait Seconds for which lock() retries while another owner holds the lock or too few nodes answer;
	 *     0, the default: lock() tries once.
	 * @return McHALock|null Null: nothing is held. RES_NOTSTORED (another owner holds the lock), RES_SOME_ERRORS (too few
	 *     home nodes answered, or the nodes that answered may have lost the lock in a restart),
	 *     RES_INVALID_ARGUMENTS with a warning ($ttl is out of range), RES_BAD_KEY_PROVIDED, RES_TIMEOUT or another
	 *     failure.
	 */
	public function lock(string $key, int $ttl, float $wait = 0): ?McHALock {}

	/**
	 * Reads a value; if the key has none, one caller computes and stores it, while the other callers wait or, with
	 * stale_ttl, return the previous value. remember() stores the value as set() does, with an expiration of $ttl plus
	 * stale_ttl; it is an ordinary value that can be read, replaced and deleted. All callers that remember a key should
	 * use the same times. The caller that computes holds a lease, the item "mcha.lease.KEY" (behind OPT_PREFIX_KEY);
	 * the key's first home node that is up decides which caller gets the lease.
	 *
	 * The text and binary protocols do not report a value's remaining lifetime. Over them a value expires after
	 * $ttl seconds, and stale_ttl and early have no effect.
	 *
	 * @param callable $make function (McHA $client, string $key): mixed, computes the value; null and false are
	 *     values. remember() passes on an exception of $make; the next caller computes the value.
	 * @param int $ttl Seconds for which the value is fresh; 0: without end. Never a Unix time.
	 * @param array $options
	 *     "stale_ttl" => seconds for which a value is kept after $ttl, default 0: one caller computes the next value,
	 *     and the other callers get the stale one meanwhile;
	 *     "early" => seconds, less than $ttl, default 0: in the last "early" seconds of $ttl one caller already
	 *     computes the next value;
	 *     "wait" => float, seconds, default 1.0: how long a caller without any value waits for the caller that
	 *     computes; after that it computes the value, too;
	 *     "lease_ttl" => seconds, at least 1, default 10: how long computing may take before another caller may start.
	 * @return mixed The value. If this call computed it, getResultCode() tells whether it was stored. If computing took
	 *     longer than lease_ttl and another client has stored a value meanwhile, the value is returned but not stored
	 *     (RES_NOTSTORED, RES_DATA_EXISTS). When no node answers each call computes the value. False: RES_BAD_KEY_PROVIDED,
	 *     or RES_INVALID_ARGUMENTS with a warning ($ttl, $options); remember() has done nothing.
	 * @throws Throwable Any exception of $make, of the serializer, or of the value's own code.
	 */
	public function remember(string $key, callable $make, int $ttl, array $options = []): mixed {}

	/* --- Options ------------------------------------------------------------------------------ */

	/**
	 * Returns an option's value. False: RES_INVALID_ARGUMENTS (there is no such option). Null with a warning:
	 * OPT_SOCKET_SEND_SIZE or OPT_SOCKET_RECV_SIZE while the pool has no servers.
	 */
	public function getOption(int $option): mixed {}

	/**
	 * Sets an option of the client, or of its persistent pool. Options with named values accept the constant and the
	 * word of the ini directive; options of pecl memcached accept any value that PHP converts to a number.
	 *
	 * @param int $option OPT_*.
	 * @return bool False: RES_INVALID_ARGUMENTS with a warning (there is no such option, or the option does not accept
	 *     this value); nothing has changed.
	 */
	public function setOption(int $option, mixed $value): bool {}

	/**
	 * Sets several options, in the order of the array.
	 *
	 * @param array $options option => value.
	 * @return bool False: at least one option could not be set; the others are set.
	 */
	public function setOptions(array $options): bool {}

	/** Whether a key is valid with the client's prefix. False: RES_BAD_KEY_PROVIDED. Asks no server. */
	public function checkKey(string $key): bool {}

	/* --- Results ------------------------------------------------------------------------------ */

	/** The last operation's result code, RES_*. */
	public function getResultCode(): int {}

	/** The text of getResultCode(). */
	public function getResultMessage(): string {}

	/**
	 * The last operation's failure in words: the node and the reason, or the mistake in an argument. Without a failure
	 * the text of RES_SUCCESS. For a node that was not asked because it is down, the reason names the failure that
	 * took it down.
	 */
	public function getLastErrorMessage(): string {}

	/** The code of the last operation's failure, RES_*; RES_SUCCESS: the operation had no failure. */
	public function getLastErrorCode(): int {}

	/** The system error number (errno) of the last operation's failure; 0: none. */
	public function getLastErrorErrno(): int {}

	/** The last node that failed: array("host" => string, "port" => int); false: none has failed so far. */
	public function getLastDisconnectedServer(): array|false {}

	/**
	 * How the replicas took part in the last operation, as an array:
	 *   "copies" int: the number of copies that a value of this pool has;
	 *   "acknowledged" int: replicas that acknowledged a write; with several keys, of the key with the fewest;
	 *   "failed" array: node => reason, for each node that failed;
	 *   "pending" array: nodes that were sent a write without waiting for their acknowledgement (OPT_ZONE_WRITES); they
	 *   count neither as acknowledged nor as failed;
	 *   "repaired" int: copies that read repair stored, or replaced by a newer version;
	 *   "hedged" int: additional replicas asked because an earlier one was slow (OPT_HEDGE_AFTER);
	 *   "position" int: the position in the key's preference list of the replica that answered a read; -1: none did;
	 *   "local" array: key => float, for each value from the near cache (OPT_NEAR_CACHE) the seconds since this host
	 *   last read it from or wrote it to the nodes. A read from the near cache is RES_SUCCESS, too; "failed" is then
	 *   empty if the read asked no node, and otherwise names the nodes that did not answer.
	 */
	public function getLastReplication(): array {}

	/* --- The pool ----------------------------------------------------------------------------- */

	/**
	 * Asks all servers for their versions.
	 *
	 * @return array|false "host:port" => "1.6.18"; servers that do not answer are missing (RES_SOME_ERRORS). False: no
	 *     server answered.
	 */
	public function getVersion(): array|false {}

	/**
	 * Asks all servers for their statistics.
	 *
	 * @param string|null $type The kind of statistics in memcached's protocol: "items", "slabs", "settings", ...; null:
	 *     the general statistics.
	 * @return array|false "host:port" => array(name => value); servers that do not answer are missing
	 *     (RES_SOME_ERRORS). False: no server answered.
	 */
	public function getStats(?string $type = null): array|false {}

	/**
	 * Lists the keys of all servers, each key once. The list includes keys of other clients and prefixes, and keys that
	 * have expired but are not removed yet. McHA asks the servers (memcached 1.4.31 or newer) one after the other, over
	 * separate connections in the classic text protocol. A large cache takes long: raise OPT_OPERATION_TIMEOUT.
	 *
	 * @return array|false A list of strings; RES_SOME_ERRORS: some servers did not answer, and their keys are missing
	 *     (a server of the previous pool that does not answer is not a failure). False: no server answered:
	 *     RES_NO_SERVERS, RES_NOT_SUPPORTED (the servers do not list keys, or speak only the binary protocol),
	 *     RES_TIMEOUT, or another failure.
	 */
	public function getAllKeys(): array|false {}

	/**
	 * Removes all items from all servers, including items of other clients and prefixes. If a server does not
	 * acknowledge the flush, the processes of this host flush that server before they ask it for a key again.
	 *
	 * @param int $delay Seconds until the servers flush; a negative number counts as 0.
	 * @return bool False: at least one server did not acknowledge.
	 */
	public function flush(int $delay = 0): bool {}

	/**
	 * The preference list of a key: all nodes, in the order in which operations on the key use them. Asks no server.
	 * Each node is an array:
	 *   "host" string; "port" int; "zone" string;
	 *   "role" "home", "previous" (a home node of the previous pool) or "handoff";
	 *   "state" "up", "down", "probing", "suspected" (another host holds it down), or "unknown": no process has asked the
	 *   node yet.
	 *
	 * @return array Empty: RES_BAD_KEY_PROVIDED, RES_NO_SERVERS.
	 */
	public function getReplicas(string $key): array {}

	/**
	 * The state of all nodes of the pool. Asks no server. Each node is an array:
	 *   "host" string; "port" int; "weight" int; "zone" string; "role" "primary", "backup" or "previous";
	 *   "state" "up", "down" (for all processes of this host, or for this process alone), "probing", "suspected" (another
	 *   host holds it down; it is used here), or "unknown": none of the processes that share this state has asked the
	 *   node yet;
	 *   "latency_us" int: moving average in microseconds; "failures" int: failures so far;
	 *   "retry_in_ms" int: milliseconds until the next probe, 0 unless the node is down;
	 *   "protocol" "meta", "text" or "binary"; "server_version" string: "" until known;
	 *   "hints" int: the hints stored for the node, one for each write that it missed; a missed flush() counts as one;
	 *   "distrusted" bool: the node has missed more writes than can be recorded, so that its copies are not believed;
	 *   "journal" array or null: null if the node keeps no log of the pool's journal (mcha.hint_interval). Otherwise
	 *   what this host has had to do with that log: "read_ms_ago" int or null: milliseconds since it last read the log to
	 *   its end, null: never; "written", "read" int: records that it put there, and read there; "lost" int: how often it
	 *   found that the log had begun anew.
	 */
	public function getNodes(): array {}

	/**
	 * Asks every node what it stores under a key. Repairs nothing, and does not count as an access of the value on the
	 * servers. Nodes that are down are not asked. Each node is an array:
	 *   "host", "port", "zone", "role", "state" as in getReplicas();
	 *   "found" bool; "deleted" bool: the node has a tombstone (READ_POLICY_QUORUM); "size" int: stored bytes;
	 *   "ttl" int|null: seconds left, -1: never expires, null: the protocol does not report it; "flags" int;
	 *   "version" int|string: the version that the write gave the value, the same on every replica (mcha.versions),
	 *   otherwise the server's own CAS value.
	 */
	public function inspect(string $key): array {}

	/**
	 * Asks every home node of the keys whether it has them, and repairs what differs, as reads do for keys that are
	 * read: a home node that lacks a key gets another home node's copy with the remaining lifetime, and an older
	 * version is replaced by the newer one (mcha.versions). Nothing that another process writes or deletes meanwhile is
	 * overwritten or brought back. Does not count as an access of the values on the servers. Values of keys that are the
	 * same everywhere are not transferred. Only with OPT_READ_REPAIR and OPT_ALLOW_FAILOVER.
	 *
	 * @param array $keys Keys of values, not of locks.
	 * @return array|false The keys that some home node lacked, or had in another version. getLastReplication() has the
	 *     number of copies that were stored ("repaired"), and the nodes that could not be asked ("failed"). False: no
	 *     key could be looked for.
	 */
	public function repair(array $keys): array|false {}

	/**
	 * What all PHP processes that share this one's memory (mcha.shared_memory) have counted since that memory was made,
	 * for monitoring. An object adds its counts once a second while it is used, and when it is destroyed. Asks no
	 * server.
	 *
	 * @return array "keys" array: keys that operations were called with, by "get", "store", "delete", "touch", "count";
	 *     "failed_keys" array: of these, the ones whose operation failed, by "read" and "write";
	 *     "reads" array: keys that were read, by what answered: "first" or another ("fallback") home node, "handoff",
	 *     "previous" (a home node of the previous pool), or "miss";
	 *     "repairs" int: copies that were stored at nodes that lacked them or had older ones;
	 *     "hedged_requests" int: nodes that were asked because another one had not answered yet;
	 *     "hints_recorded" int: writes that a node has missed, or may have missed;
	 *     "failures" array: operations in which a node could not be used, by the reason ("timeout", "closed", "connect",
	 *     "down": it is held down, ...);
	 *     "nodes" array: by "host:port", each an array: "state", "failures", "hints", "distrusted" as in getNodes();
	 *     "latency" array: "count" int, "sum_us" int: microseconds, "buckets" array: the upper bound in microseconds
	 *     (0: none) => answers within it and above the bound before.
	 */
	public static function metrics(): array {}

	/**
	 * The same in the text format of Prometheus, to be sent as text/plain; version=0.0.4.
	 */
	public static function metricsText(): string {}
}

/**
 * A lock that McHA::lock() has acquired. The lock belongs to the process that acquired it: in a forked child process
 * the object holds nothing and releases nothing. The McHA object that acquired the lock gives the result codes of the
 * methods below. When the McHALock object is destroyed, however the request ends, the lock is released, unless it has
 * expired and another owner holds it.
 *
 * @strict-properties
 * @not-serializable
 */
final class McHALock
{
	/** Only McHA::lock() creates locks. */
	private function __construct() {}

	/**
	 * Sets a new expiration for the lock, and stores the lock on home nodes that have lost or missed it.
	 *
	 * @param int $ttl Seconds from now until the lock expires, 1 to 2591998; may be less than the remaining time.
	 * @return bool False: RES_NOTFOUND (the lock has expired or was released, or another owner holds it or may have
	 *     held it), RES_INVALID_ARGUMENTS with a warning ($ttl is out of range), or a failure: too few nodes answered,
	 *     and the lock keeps at least its remaining time.
	 */
	public function extend(int $ttl): bool {}

	/**
	 * Releases the lock, unless another owner holds it.
	 *
	 * @return bool False: RES_NOTFOUND (the lock had expired, and another owner may have held it since), or a failure
	 *     (nodes that did not answer keep the lock until it expires, unless a later request removes it).
	 */
	public function release(): bool {}

	/** Whether the lock has not expired by this host's clock, and was not lost or released. Asks no server. */
	public function isHeld(): bool {}

	/** Seconds until the lock expires by this host's clock; 0: the lock is not held. Asks no server. */
	public function getRemainingTime(): float {}

	/**
	 * The fencing token: a number that is greater for each later owner of the same key. The resource that the lock
	 * protects uses it to refuse requests of an earlier owner, see docs/locks.md. Positive, not consecutive; a string if
	 * an int cannot hold it (32-bit PHP). Asks no server.
	 */
	public function getFencingToken(): int|string {}

	/** The locked key. */
	public function getKey(): string {}
}

/** McHA's exception: the connection string of the constructor has a mistake. Server failures are result codes. */
class McHAException extends RuntimeException
{
}
