<?php

/**
 * SPDX-License-Identifier: MIT
 *
 * McHA's public API, the only source of it: scripts/stubs makes mcha_arginfo.h from this file.
 *
 * Methods and constants bear the names, parameters and values of pecl memcached's class Memcached;
 * what only McHA has stands at the end of its group. What holds for all methods:
 *
 *  - A key is 1 to 250 bytes including the prefix, without spaces and control characters. Anything
 *    else fails with RES_BAD_KEY_PROVIDED, and nothing is sent.
 *  - An $expiration is in seconds: 0 never, up to 30 days from now, above that a Unix time; what is
 *    in the past expires at once.
 *  - A $server_key takes the key's place in choosing the nodes: keys with the same server key lie on
 *    the same nodes. It must be given again to find them.
 *  - After each operation getResultCode() and getResultMessage() say what became of it, and
 *    getLastReplication() what became of each copy.
 *  - Writes return true when OPT_WRITE_QUORUM copies acknowledged. A false with RES_TIMEOUT or
 *    another failure of a connection may still have taken effect on some copies.
 *  - RES_NOTFOUND is said only when a node that could hold the key answered; RES_NO_SERVERS when the
 *    pool is empty. Both hold for all operations and are not repeated below.
 *  - No operation takes longer than OPT_OPERATION_TIMEOUT milliseconds.
 *
 * @generate-class-entries
 */

/** @not-serializable */
class McHA
{
	/* The libmemcached that this build was made with. */

	/**
	 * Its version as one number, as the library itself gives it.
	 * @var int
	 * @cvalue LIBMEMCACHED_VERSION_HEX
	 */
	public const LIBMEMCACHED_VERSION_HEX = UNKNOWN;

	/* What this build can do. */

	/**
	 * SERIALIZER_IGBINARY can be used: the build knows igbinary, and it is loaded.
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
	 * SERIALIZER_MSGPACK can be used: the build knows msgpack, and it is loaded.
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
	 * Values can be encrypted: not in McHA, see setEncodingKey().
	 * @var bool
	 * @cvalue MCHA_HAVE_ENCODING
	 */
	public const HAVE_ENCODING = UNKNOWN;

	/**
	 * The session save handler "mcha" is there.
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

	/* Options: how values are stored. */

	/**
	 * bool: compress values from mcha.compression_threshold bytes on. Default true.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION
	 */
	public const OPT_COMPRESSION = UNKNOWN;

	/**
	 * int, COMPRESSION_*, or "fastlz", "zlib", "zstd": by what; reading goes by the item's flags.
	 * Default mcha.compression_type.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION_TYPE
	 */
	public const OPT_COMPRESSION_TYPE = UNKNOWN;

	/**
	 * int: how hard to try; zlib 0 to 9 (else its own default), zstd up to 22, below 0 faster; fastlz
	 * has no levels. Default mcha.compression_level.
	 * @var int
	 * @cvalue MCHA_OPT_COMPRESSION_LEVEL
	 */
	public const OPT_COMPRESSION_LEVEL = UNKNOWN;

	/**
	 * string: put before every key, not part of its placement. Default "".
	 * @var int
	 * @cvalue MCHA_OPT_PREFIX_KEY
	 */
	public const OPT_PREFIX_KEY = UNKNOWN;

	/**
	 * int, SERIALIZER_*, or "php", "igbinary", "json", "json_array", "msgpack", "auto" (the first of
	 * igbinary, msgpack and php that can be used): for arrays, objects and null; reading goes by the
	 * item's flags. One that cannot be used is refused with a warning and RES_INVALID_ARGUMENTS, a
	 * value that it cannot hold with a warning or its own exception, false and RES_PAYLOAD_FAILURE.
	 * Default mcha.serializer.
	 * @var int
	 * @cvalue MCHA_OPT_SERIALIZER
	 */
	public const OPT_SERIALIZER = UNKNOWN;

	/**
	 * int, 0 to 65535: stored with every value, read by GET_EXTENDED; -1: none. Default -1.
	 * @var int
	 * @cvalue MCHA_OPT_USER_FLAGS
	 */
	public const OPT_USER_FLAGS = UNKNOWN;

	/**
	 * int: how often a failed write is tried again. Default mcha.store_retry_count.
	 * @var int
	 * @cvalue MCHA_OPT_STORE_RETRY_COUNT
	 */
	public const OPT_STORE_RETRY_COUNT = UNKNOWN;

	/**
	 * int, bytes: larger values are refused with RES_E2BIG; 0: the server decides. Default
	 * mcha.item_size_limit.
	 * @var int
	 * @cvalue MCHA_OPT_ITEM_SIZE_LIMIT
	 */
	public const OPT_ITEM_SIZE_LIMIT = UNKNOWN;

	/* Options of McHA's own; defaults are the ini directives of the same names. */

	/**
	 * bool: false: the first home node alone answers, and its failure is the operation's.
	 * @var int
	 * @cvalue MCHA_OPT_ALLOW_FAILOVER
	 */
	public const OPT_ALLOW_FAILOVER = UNKNOWN;

	/**
	 * int, WRITE_QUORUM_*, or "one", "majority", "all": copies that must acknowledge a write.
	 * @var int
	 * @cvalue MCHA_OPT_WRITE_QUORUM
	 */
	public const OPT_WRITE_QUORUM = UNKNOWN;

	/**
	 * int, milliseconds, or HEDGE_AUTO: when the first copy of a key has not answered after this time, get() and
	 * getMulti() ask the next one too, and the first value wins. 0, the default: never. At most one read in 20 asks
	 * more, and 10 at once before that. (J. Dean, L. A. Barroso, "The tail at scale", CACM 56(2), 2013.)
	 * @var int
	 * @cvalue MCHA_OPT_HEDGE_AFTER
	 */
	public const OPT_HEDGE_AFTER = UNKNOWN;

	/**
	 * Of OPT_HEDGE_AFTER: after what 19 of 20 of this pool's reads take, at least a millisecond.
	 * @var int
	 * @cvalue MCHA_HEDGE_AUTO
	 */
	public const HEDGE_AUTO = UNKNOWN;

	/**
	 * int, READ_POLICY_*, or "ordered", "balanced", "nearest", "quorum": which copy is read first, or
	 * whether a majority is asked.
	 * @var int
	 * @cvalue MCHA_OPT_READ_POLICY
	 */
	public const OPT_READ_POLICY = UNKNOWN;

	/**
	 * int, MISS_FAILOVER_*, or "always", "recovering", "never": whether a miss goes on to the
	 * other copies.
	 * @var int
	 * @cvalue MCHA_OPT_MISS_FAILOVER
	 */
	public const OPT_MISS_FAILOVER = UNKNOWN;

	/**
	 * bool: home nodes that missed are given the copy that another node had.
	 * @var int
	 * @cvalue MCHA_OPT_READ_REPAIR
	 */
	public const OPT_READ_REPAIR = UNKNOWN;

	/**
	 * int, seconds: longest life of a copy on a node that stands in for a home node.
	 * @var int
	 * @cvalue MCHA_OPT_FAILOVER_TTL
	 */
	public const OPT_FAILOVER_TTL = UNKNOWN;

	/**
	 * string: the zone that READ_POLICY_NEAREST prefers, and ZONE_WRITES_LOCAL waits for.
	 * @var int
	 * @cvalue MCHA_OPT_LOCAL_ZONE
	 */
	public const OPT_LOCAL_ZONE = UNKNOWN;

	/**
	 * int, ZONE_WRITES_*, or "all", "local" (default "all"): which copies a write waits for. Over the
	 * meta protocol; add(), replace(), cas() and locks wait for all in any case.
	 * @var int
	 * @cvalue MCHA_OPT_ZONE_WRITES
	 */
	public const OPT_ZONE_WRITES = UNKNOWN;

	/**
	 * int, PROTOCOL_*, or "auto", "meta", "text", "binary".
	 * @var int
	 * @cvalue MCHA_OPT_PROTOCOL
	 */
	public const OPT_PROTOCOL = UNKNOWN;

	/**
	 * callable(string $node, string $reason): void, or null: called after an operation for each
	 * node that failed in it.
	 * @var int
	 * @cvalue MCHA_OPT_FAILURE_CALLBACK
	 */
	public const OPT_FAILURE_CALLBACK = UNKNOWN;

	/**
	 * int, milliseconds: the longest that one call may take, whatever the nodes do.
	 * @var int
	 * @cvalue MCHA_OPT_OPERATION_TIMEOUT
	 */
	public const OPT_OPERATION_TIMEOUT = UNKNOWN;

	/**
	 * int, NEAR_CACHE_*, or "none", "apcu": whether values that were read or written are also kept on
	 * this host, for when no node answers. What of a result came from there getLastReplication() says.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE
	 */
	public const OPT_NEAR_CACHE = UNKNOWN;

	/**
	 * int, seconds, from 1 on: how long a local copy is good for when no node answers.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE_TTL
	 */
	public const OPT_NEAR_CACHE_TTL = UNKNOWN;

	/**
	 * float, seconds, with fractions: for so long after a value was last read or written by this host
	 * no node is asked for it; at most OPT_NEAR_CACHE_TTL. 0: nodes are always asked.
	 * @var int
	 * @cvalue MCHA_OPT_NEAR_CACHE_FRESH
	 */
	public const OPT_NEAR_CACHE_FRESH = UNKNOWN;

	/**
	 * string, a pool string, or "": the servers that the pool had before it was changed, for as long as what
	 * they hold may matter. What is missing is read there, too; docs/topologies.md. A string that makes no
	 * sense is refused with a warning that says why. The default is mcha.previous_servers.
	 * @var int
	 * @cvalue MCHA_OPT_PREVIOUS_SERVERS
	 */
	public const OPT_PREVIOUS_SERVERS = UNKNOWN;

	/* Values of OPT_WRITE_QUORUM. */

	/**
	 * One copy.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_ONE
	 */
	public const WRITE_QUORUM_ONE = UNKNOWN;

	/**
	 * More than half of the copies.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_MAJORITY
	 */
	public const WRITE_QUORUM_MAJORITY = UNKNOWN;

	/**
	 * Every copy.
	 * @var int
	 * @cvalue MCHA_WRITE_QUORUM_ALL
	 */
	public const WRITE_QUORUM_ALL = UNKNOWN;

	/* Values of OPT_READ_POLICY. */

	/**
	 * The home nodes in the key's order.
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
	 * The local zone first, then by measured latency.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_NEAREST
	 */
	public const READ_POLICY_NEAREST = UNKNOWN;

	/**
	 * More than half of the home nodes in one round; the newest version is the answer, and is given to those
	 * that have an older one. With it, get(), set() and delete() of a key and their forms for many keys
	 * behave as if there were one copy (linearizable), as long as more than half of the home nodes
	 * can be asked; otherwise they fail. Writes take two round trips. Needs memcached 1.6.27 or later.
	 * @var int
	 * @cvalue MCHA_READ_POLICY_QUORUM
	 */
	public const READ_POLICY_QUORUM = UNKNOWN;
	/* Values of OPT_ZONE_WRITES. */

	/**
	 * All copies.
	 * @var int
	 * @cvalue MCHA_ZONE_WRITES_OF_ALL
	 */
	public const ZONE_WRITES_ALL = UNKNOWN;

	/**
	 * Those in the zone of OPT_LOCAL_ZONE, and as many others as OPT_WRITE_QUORUM wants; all where none of
	 * that zone has one. The others are sent the same, and named in getLastReplication()'s "pending".
	 * @var int
	 * @cvalue MCHA_ZONE_WRITES_OF_LOCAL
	 */
	public const ZONE_WRITES_LOCAL = UNKNOWN;

	/* Values of OPT_MISS_FAILOVER. */

	/**
	 * Every miss is asked for at the other copies.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_ALWAYS
	 */
	public const MISS_FAILOVER_ALWAYS = UNKNOWN;

	/**
	 * Only the miss of a node that restarted or was down lately.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_RECOVERING
	 */
	public const MISS_FAILOVER_RECOVERING = UNKNOWN;

	/**
	 * A miss is a miss.
	 * @var int
	 * @cvalue MCHA_MISS_FAILOVER_NEVER
	 */
	public const MISS_FAILOVER_NEVER = UNKNOWN;

	/* Values of OPT_PROTOCOL. */

	/**
	 * Meta where the server speaks it, else classic text.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_AUTO
	 */
	public const PROTOCOL_AUTO = UNKNOWN;

	/**
	 * Meta (memcached 1.6.10 or newer): all nodes at once.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_META
	 */
	public const PROTOCOL_META = UNKNOWN;

	/**
	 * Classic text: all nodes at once.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_TEXT
	 */
	public const PROTOCOL_TEXT = UNKNOWN;

	/**
	 * Binary, by libmemcached: one node after the other.
	 * @var int
	 * @cvalue MCHA_PROTOCOL_BINARY
	 */
	public const PROTOCOL_BINARY = UNKNOWN;

	/* Values of OPT_NEAR_CACHE. */

	/**
	 * Nothing is kept.
	 * @var int
	 * @cvalue MCHA_NEAR_CACHE_NONE
	 */
	public const NEAR_CACHE_NONE = UNKNOWN;

	/**
	 * In APCu, if it is loaded and enabled; else nothing is kept.
	 * @var int
	 * @cvalue MCHA_NEAR_CACHE_APCU
	 */
	public const NEAR_CACHE_APCU = UNKNOWN;

	/* Options: placement. */

	/**
	 * int, HASH_*: what keys are hashed with. pecl memcache's distributions take HASH_CRC (its crc32,
	 * their default) and HASH_FNV1A_32 (its fnv) alone.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_HASH
	 */
	public const OPT_HASH = UNKNOWN;

	/**
	 * int, DISTRIBUTION_*: how hashes become nodes.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_DISTRIBUTION
	 */
	public const OPT_DISTRIBUTION = UNKNOWN;

	/**
	 * bool: weighted ketama with md5, as other languages' clients have it; McHA's default.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED
	 */
	public const OPT_LIBKETAMA_COMPATIBLE = UNKNOWN;

	/**
	 * int, HASH_*: what ketama's points are hashed with.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_KETAMA_HASH
	 */
	public const OPT_LIBKETAMA_HASH = UNKNOWN;

	/**
	 * bool: the prefix is part of what is hashed.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY
	 */
	public const OPT_HASH_WITH_PREFIX_KEY = UNKNOWN;

	/**
	 * bool: the order in which servers were added does not matter.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SORT_HOSTS
	 */
	public const OPT_SORT_HOSTS = UNKNOWN;

	/**
	 * int: copies beyond the first. Default mcha.number_of_replicas.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NUMBER_OF_REPLICAS
	 */
	public const OPT_NUMBER_OF_REPLICAS = UNKNOWN;

	/**
	 * bool: true is READ_POLICY_BALANCED.
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
	 * Hsieh's; not in every libmemcached.
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
	 * A ring of points: a change of the pool moves few keys.
	 * @var int
	 * @cvalue MEMCACHED_DISTRIBUTION_CONSISTENT
	 */
	public const DISTRIBUTION_CONSISTENT = UNKNOWN;

	/**
	 * Buckets mapped onto servers.
	 * @var int
	 * @cvalue MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET
	 */
	public const DISTRIBUTION_VIRTUAL_BUCKET = UNKNOWN;

	/**
	 * McHA's own: the highest weighted score of key and node.
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
	 * pecl memcache's memcache.hash_strategy=consistent, its default: a ring of 160 points a unit of
	 * weight. The prefix is hashed with the key.
	 * @var int
	 * @cvalue MCHA_DISTRIBUTION_MEMCACHE_CONSISTENT
	 */
	public const DISTRIBUTION_MEMCACHE_CONSISTENT = UNKNOWN;

	/* Options: connections and time. */

	/**
	 * bool: true is PROTOCOL_BINARY, unless OPT_PROTOCOL or mcha.protocol says something other
	 * than auto.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_BINARY_PROTOCOL
	 */
	public const OPT_BINARY_PROTOCOL = UNKNOWN;

	/**
	 * int, milliseconds: longest for one connect; 0: mcha.connect_timeout, the default; negative: no limit
	 * but the call's.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT
	 */
	public const OPT_CONNECT_TIMEOUT = UNKNOWN;

	/**
	 * int, seconds: until a node that failed is tried again. Default mcha.retry_interval.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_RETRY_TIMEOUT
	 */
	public const OPT_RETRY_TIMEOUT = UNKNOWN;

	/**
	 * int, seconds: the longest that the wait grows to. Default mcha.retry_interval_max.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_DEAD_TIMEOUT
	 */
	public const OPT_DEAD_TIMEOUT = UNKNOWN;

	/**
	 * int, milliseconds: as OPT_OPERATION_TIMEOUT; 0: mcha.operation_timeout, negative: no limit.
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
	 * bool: small packets leave at once. Default true.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_TCP_NODELAY
	 */
	public const OPT_TCP_NODELAY = UNKNOWN;

	/**
	 * bool: the system looks after idle connections.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_TCP_KEEPALIVE
	 */
	public const OPT_TCP_KEEPALIVE = UNKNOWN;

	/**
	 * int, bytes: the socket's send buffer; 0: the system's.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SOCKET_SEND_SIZE
	 */
	public const OPT_SOCKET_SEND_SIZE = UNKNOWN;

	/**
	 * int, bytes: the socket's receive buffer; 0: the system's.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SOCKET_RECV_SIZE
	 */
	public const OPT_SOCKET_RECV_SIZE = UNKNOWN;

	/* Options kept for code written for pecl memcached: accepted and given back. McHA's own rules
	 * apply instead (never unacknowledged, never blocking, nodes held back rather than taken out). */

	/**
	 * bool: writes are never held back.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_BUFFER_REQUESTS
	 */
	public const OPT_BUFFER_WRITES = UNKNOWN;

	/**
	 * bool: the meta transport never blocks on one node.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NO_BLOCK
	 */
	public const OPT_NO_BLOCK = UNKNOWN;

	/**
	 * bool: a write that a server has answered is true, whatever the answer. It is acknowledged all the same.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_NOREPLY
	 */
	public const OPT_NOREPLY = UNKNOWN;

	/**
	 * bool: connections are TCP, or sockets.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_USE_UDP
	 */
	public const OPT_USE_UDP = UNKNOWN;

	/**
	 * bool, true: cannot be changed (RES_DEPRECATED); addresses are kept for a minute.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_CACHE_LOOKUPS
	 */
	public const OPT_CACHE_LOOKUPS = UNKNOWN;

	/**
	 * bool: keys beyond ASCII are refused, but over the binary protocol. Keys with spaces or control characters always are.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_VERIFY_KEY
	 */
	public const OPT_VERIFY_KEY = UNKNOWN;

	/**
	 * int: the first failure counts.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT
	 */
	public const OPT_SERVER_FAILURE_LIMIT = UNKNOWN;

	/**
	 * int: the first timeout counts.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_SERVER_TIMEOUT_LIMIT
	 */
	public const OPT_SERVER_TIMEOUT_LIMIT = UNKNOWN;

	/**
	 * bool: a down node keeps its place; others stand in.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS
	 */
	public const OPT_AUTO_EJECT_HOSTS = UNKNOWN;

	/**
	 * bool: a down node keeps its place; others stand in.
	 * @var int
	 * @cvalue MEMCACHED_BEHAVIOR_REMOVE_FAILED_SERVERS
	 */
	public const OPT_REMOVE_FAILED_SERVERS = UNKNOWN;

	/* Result codes that McHA gives: getResultCode(). */

	/**
	 * All well.
	 * @var int
	 * @cvalue MEMCACHED_SUCCESS
	 */
	public const RES_SUCCESS = UNKNOWN;

	/**
	 * Failed, for a reason without a code of its own.
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
	 * No connection to a node that could have answered, or it was closed before it did.
	 * @var int
	 * @cvalue MEMCACHED_CONNECTION_FAILURE
	 */
	public const RES_CONNECTION_FAILURE = UNKNOWN;

	/**
	 * A server said something that is not memcached's protocol.
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
	 * A server reported an error of its own.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_ERROR
	 */
	public const RES_SERVER_ERROR = UNKNOWN;

	/**
	 * cas(): the value changed since the token was read.
	 * @var int
	 * @cvalue MEMCACHED_DATA_EXISTS
	 */
	public const RES_DATA_EXISTS = UNKNOWN;

	/**
	 * add(): it exists; replace(), append(), prepend(): it does not.
	 * @var int
	 * @cvalue MEMCACHED_NOTSTORED
	 */
	public const RES_NOTSTORED = UNKNOWN;

	/**
	 * No copy exists: said only if a node that could hold one answered.
	 * @var int
	 * @cvalue MEMCACHED_NOTFOUND
	 */
	public const RES_NOTFOUND = UNKNOWN;

	/**
	 * Fewer copies than OPT_WRITE_QUORUM acknowledged; multi operations and those on all servers:
	 * some failed.
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
	 * The system failed to read or write: getLastErrorErrno().
	 * @var int
	 * @cvalue MEMCACHED_ERRNO
	 */
	public const RES_ERRNO = UNKNOWN;

	/**
	 * Not possible with this protocol or build.
	 * @var int
	 * @cvalue MEMCACHED_NOT_SUPPORTED
	 */
	public const RES_NOT_SUPPORTED = UNKNOWN;

	/**
	 * The operation timeout passed before an answer came.
	 * @var int
	 * @cvalue MEMCACHED_TIMEOUT
	 */
	public const RES_TIMEOUT = UNKNOWN;

	/**
	 * The key is empty, too long, or has spaces or control characters.
	 * @var int
	 * @cvalue MEMCACHED_BAD_KEY_PROVIDED
	 */
	public const RES_BAD_KEY_PROVIDED = UNKNOWN;

	/**
	 * An argument or option value makes no sense.
	 * @var int
	 * @cvalue MEMCACHED_INVALID_ARGUMENTS
	 */
	public const RES_INVALID_ARGUMENTS = UNKNOWN;

	/**
	 * The value is larger than OPT_ITEM_SIZE_LIMIT or the server allows.
	 * @var int
	 * @cvalue MEMCACHED_E2BIG
	 */
	public const RES_E2BIG = UNKNOWN;

	/**
	 * The nodes asked for are down and not yet due for a retry.
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
	 * A value could not be serialized, unserialized or unpacked.
	 * @var int
	 * @cvalue MCHA_RES_PAYLOAD_FAILURE
	 */
	public const RES_PAYLOAD_FAILURE = UNKNOWN;

	/* Result codes that only libmemcached gives; here so that code which names them keeps working. */

	/**
	 * A socket could not be bound.
	 * @var int
	 * @cvalue MEMCACHED_CONNECTION_BIND_FAILURE
	 */
	public const RES_CONNECTION_BIND_FAILURE = UNKNOWN;

	/**
	 * A socket could not be made.
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
	 * Held back for later.
	 * @var int
	 * @cvalue MEMCACHED_BUFFERED
	 */
	public const RES_BUFFERED = UNKNOWN;

	/**
	 * The server's protocol does not fit.
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
	 * No longer there.
	 * @var int
	 * @cvalue MEMCACHED_DEPRECATED
	 */
	public const RES_DEPRECATED = UNKNOWN;

	/**
	 * Not finished yet.
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
	 * A read ended in the middle.
	 * @var int
	 * @cvalue MEMCACHED_PARTIAL_READ
	 */
	public const RES_PARTIAL_READ = UNKNOWN;

	/**
	 * The server is taken for dead.
	 * @var int
	 * @cvalue MEMCACHED_SERVER_MARKED_DEAD
	 */
	public const RES_SERVER_MARKED_DEAD = UNKNOWN;

	/**
	 * The key is too long; McHA says RES_BAD_KEY_PROVIDED.
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
	 * Authentication could not be tried.
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
	 * Authentication goes on.
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
	 * igbinary, by the extension of that name (HAVE_IGBINARY).
	 * @var int
	 * @cvalue MCHA_SERIALIZER_IGBINARY
	 */
	public const SERIALIZER_IGBINARY = UNKNOWN;

	/**
	 * JSON; objects come back as stdClass.
	 * @var int
	 * @cvalue MCHA_SERIALIZER_JSON
	 */
	public const SERIALIZER_JSON = UNKNOWN;

	/**
	 * JSON; objects come back as arrays.
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

	/* Bits of $get_flags, and what a failed read returns. */

	/**
	 * getMulti(): every asked key is in the result, in the order asked; null for a miss.
	 * @var int
	 * @cvalue MCHA_GET_PRESERVE_ORDER
	 */
	public const GET_PRESERVE_ORDER = UNKNOWN;

	/**
	 * Each value comes as array("value" => mixed, "cas" => int|string, "flags" => int). Nodes are asked
	 * even while a local copy is fresh (OPT_NEAR_CACHE); one that stands in for them has "cas" 0.
	 * @var int
	 * @cvalue MCHA_GET_EXTENDED
	 */
	public const GET_EXTENDED = UNKNOWN;

	/**
	 * What a read returns when there is no value.
	 * @var bool
	 */
	public const GET_ERROR_RETURN_VALUE = false;

	/* --- Life --------------------------------------------------------------------------------- */

	/**
	 * A client with a pool of its own, or, with a persistent id, one that keeps its servers, options
	 * and connections from request to request in this process. An id stands for one pool for each set of
	 * mcha.* directives (those of sessions apart), for each $connection_str, and for each list of servers
	 * that is declared by addServer(). Without any of them it is the pool used last. A pool is forgotten
	 * if the request that made or changed it ends in a fatal error, or before a server was asked.
	 *
	 * The pool is what $connection_str says: a pool string ("10.0.0.1:11211,10.0.0.2:11211?zone=b")
	 * or libmemcached's configuration ("--SERVER=10.0.0.1 --SERVER=10.0.0.2"). Without it, addServer()
	 * and addServers() make the pool; if they were not called either, the first operation takes
	 * mcha.servers.
	 *
	 * @param string|null $persistent_id Name of the kept pool; null or "": none is kept.
	 * @param callable|null $callback function (McHA $client, ?string $persistent_id): void, called
	 *     when the pool is new: the place to add servers and set options once.
	 * @param string|null $connection_str The pool.
	 * @throws McHAException $connection_str has a mistake; the message names the part that is wrong.
	 */
	public function __construct(?string $persistent_id = null, ?callable $callback = null, ?string $connection_str = null) {}

	/** Whether this object was made with a persistent id. */
	public function isPersistent(): bool {}

	/** Whether its pool was made by this object, rather than found from an earlier one. */
	public function isPristine(): bool {}

	/* --- Servers ------------------------------------------------------------------------------ */

	/**
	 * Adds a server behind the others. No connection is made. Where a persistent id has brought servers
	 * along from earlier, it may be asked for first (getServerList(), isPristine()): then only servers
	 * that are not there yet are added. Without asking, what is added is the whole list: the object gets
	 * the pool that was made from just this list, or a new one.
	 *
	 * @param string $host Name, address, "/path/to/socket" or "unix:///path/to/socket".
	 * @param int $port 1 to 65535; 0 is 11211, or a unix socket's.
	 * @param int $weight Share of keys against other servers; 0 counts as 1.
	 * @return bool False, RES_INVALID_ARGUMENTS: the host or the port makes no sense.
	 */
	public function addServer(string $host, int $port, int $weight = 0): bool {}

	/**
	 * Adds many servers, all or none.
	 *
	 * @param array $servers array(host, port[, weight]) each, as for addServer(); more is not looked at. Port and weight
	 *     may be numbers in any form; null, false and "" stand for the default.
	 * @return bool False, RES_INVALID_ARGUMENTS: one of them makes no sense.
	 */
	public function addServers(array $servers): bool {}

	/**
	 * The pool as it was put together: array("host" =>, "port" =>, "type" => "TCP" or "SOCKET",
	 * "weight" =>) each. getNodes() tells how the servers are.
	 */
	public function getServerList(): array {}

	/**
	 * The first home node of a key: array("host" =>, "port" =>, "weight" =>). Asks no server;
	 * getReplicas() gives the whole list.
	 *
	 * @return array|false False: RES_BAD_KEY_PROVIDED, RES_NO_SERVERS.
	 */
	public function getServerByKey(string $server_key): array|false {}

	/** Empties the pool and closes its connections. */
	public function resetServerList(): bool {}

	/** Closes all connections; the next operation makes new ones. */
	public function quit(): bool {}

	/** Always true: McHA never holds a write back. */
	public function flushBuffers(): bool {}

	/**
	 * Distributes keys by buckets: a hash's lowest bits choose the bucket, the map chooses its server.
	 * It turns OPT_DISTRIBUTION to DISTRIBUTION_VIRTUAL_BUCKET. The next copies lie where they lie in
	 * any other distribution.
	 *
	 * @param array $host_map One server a bucket, by its place in the pool from 0 on; best as many as a
	 *     power of two, as with others some buckets are not used.
	 * @param array|null $forward_map Servers to be used while buckets move: as many, and never used.
	 * @param int $replicas 0 or more; not used: OPT_NUMBER_OF_REPLICAS says how many copies there are.
	 * @return bool False and a warning: a map is empty, has negative numbers, or the two differ in length.
	 */
	public function setBucket(array $host_map, ?array $forward_map, int $replicas): bool {}

	/**
	 * Credentials for all servers, by SASL: these have to be reached over the binary protocol
	 * (OPT_BINARY_PROTOCOL), which must be chosen before. Open connections are closed; the next operation
	 * says RES_AUTH_FAILURE where they are not accepted.
	 *
	 * @return bool False: RES_NOT_SUPPORTED (not in this build, see HAVE_SASL), or a warning: the protocol
	 *     is not binary.
	 */
	public function setSaslAuthData(string $username, string $password): bool {}

	/**
	 * Not supported: always false with a warning and RES_NOT_SUPPORTED; values stay readable by others.
	 * libmemcached's encryption, which values would have to be compatible with, reads 32 bytes of a key
	 * however short it is, and loses the memory of each value.
	 */
	public function setEncodingKey(string $key): bool {}

	/* --- Reading ------------------------------------------------------------------------------ */

	/**
	 * Reads a value. The home nodes are asked in order, going on at a failure and at a miss; the
	 * first copy found is the answer, and home nodes that missed are given it (OPT_READ_REPAIR). With
	 * OPT_NEAR_CACHE this host's copy is the answer if no node gives one, or while it is fresh.
	 *
	 * @param callable|null $cache_cb function (McHA $client, string $key, mixed &$value,
	 *     int &$expiration): bool, called on a miss; if it returns true the value is stored and
	 *     returned, whether or not it could be stored (see getResultCode()). With GET_EXTENDED its $value
	 *     is an array with the value under "value".
	 * @param int $get_flags GET_EXTENDED or 0.
	 * @return mixed The value; array("value" =>, "cas" =>, "flags" =>) with GET_EXTENDED; false with
	 *     RES_NOTFOUND, RES_PAYLOAD_FAILURE (bytes that cannot be made a value) or a failure.
	 */
	public function get(string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed {}

	/** get() by server key. */
	public function getByKey(string $server_key, string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed {}

	/**
	 * Reads many values, all nodes at once. Keys that are empty or too long are left out.
	 *
	 * @param array $keys Strings; others are converted.
	 * @param int $get_flags GET_PRESERVE_ORDER, GET_EXTENDED, or both.
	 * @return array|false key => value of those found; RES_SUCCESS if one was found, RES_NOTFOUND if none
	 *     was, RES_SOME_ERRORS if some could not be asked for, RES_BAD_KEY_PROVIDED if some had spaces or
	 *     control characters. False: nothing could be asked for.
	 */
	public function getMulti(array $keys, int $get_flags = 0): array|false {}

	/** getMulti() by server key, one for all. */
	public function getMultiByKey(string $server_key, array $keys, int $get_flags = 0): array|false {}

	/**
	 * Reads many values, as getMulti(), to be handed out one at a time by fetch() or, with a callback,
	 * by calling it for each that was found. They are what they are now, whatever happens until they are
	 * fetched, and lie in PHP's memory as they came (compressed, serialized) until then. The next
	 * operation that asks a server forgets those that have not been fetched.
	 *
	 * @param array $keys Strings; others are converted. Those that are empty or too long are left out.
	 * @param bool $with_cas Results have "cas" and "flags" too (over the binary protocol always).
	 * @param callable|null $value_cb function (McHA $client, array $result): void, $result as fetch()
	 *     gives it; nothing is left to fetch then.
	 * @return bool False: a failure, RES_SOME_ERRORS, or RES_BAD_KEY_PROVIDED: the rest, if there is any,
	 *     can be fetched. With a callback also RES_NOTFOUND (none was found) and RES_PAYLOAD_FAILURE.
	 */
	public function getDelayed(array $keys, bool $with_cas = false, ?callable $value_cb = null): bool {}

	/** getDelayed() by server key, one for all. */
	public function getDelayedByKey(string $server_key, array $keys, bool $with_cas = false, ?callable $value_cb = null): bool {}

	/**
	 * The next result of getDelayed(), in the order of its keys.
	 *
	 * @return array|false array("key" => string, "value" => mixed[, "cas" => int|string, "flags" => int]). False:
	 *     RES_NOTFOUND (no more), RES_PAYLOAD_FAILURE (this one cannot be made a value; there may be more).
	 */
	public function fetch(): array|false {}

	/**
	 * All results that are left, a list of what fetch() gives.
	 *
	 * @return array|false False: RES_NOTFOUND (none). RES_PAYLOAD_FAILURE: some could not be made values
	 *     and are left out.
	 */
	public function fetchAll(): array|false {}

	/* --- Writing ------------------------------------------------------------------------------ */

	/**
	 * Stores a value on all copies at once.
	 *
	 * @param mixed $value Anything that the serializer can take; no resources.
	 * @return bool False: RES_E2BIG (too large), RES_PAYLOAD_FAILURE (not serializable), or a failure.
	 * @throws Exception What the serializer throws.
	 */
	public function set(string $key, mixed $value, int $expiration = 0): bool {}

	/** set() by server key. */
	public function setByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores many values, all nodes at once.
	 *
	 * @param array $items key => value.
	 * @return bool False if any of them was not stored; the code is that of the first failure.
	 */
	public function setMulti(array $items, int $expiration = 0): bool {}

	/** setMulti() by server key, one for all. */
	public function setMultiByKey(string $server_key, array $items, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key has none. Decided once, by the first home node that is up: of two
	 * clients only one succeeds.
	 *
	 * @return bool False: RES_NOTSTORED (it exists), RES_E2BIG, RES_PAYLOAD_FAILURE, RES_FAILURE (on servers without versions: another
	 *     client stored the same value at the same moment, which stays), or another failure.
	 */
	public function add(string $key, mixed $value, int $expiration = 0): bool {}

	/** add() by server key. */
	public function addByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key has one. Decided once, as add().
	 *
	 * @return bool False: RES_NOTSTORED (there is none), RES_E2BIG, RES_PAYLOAD_FAILURE, or a failure.
	 */
	public function replace(string $key, mixed $value, int $expiration = 0): bool {}

	/** replace() by server key. */
	public function replaceByKey(string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Stores a value if the key's value is still the one that the token was read with. Decided once,
	 * as add(). A token is good for the node that gave it out: after a failover the answer is
	 * RES_DATA_EXISTS, and the value has to be read again.
	 *
	 * @param string|int|float $cas_token The "cas" of a read with GET_EXTENDED.
	 * @return bool False: RES_DATA_EXISTS (changed), RES_NOTFOUND (gone), RES_INVALID_ARGUMENTS (not a
	 *     token), RES_E2BIG, RES_PAYLOAD_FAILURE, or a failure.
	 */
	public function cas(string|int|float $cas_token, string $key, mixed $value, int $expiration = 0): bool {}

	/** cas() by server key. */
	public function casByKey(string|int|float $cas_token, string $server_key, string $key, mixed $value, int $expiration = 0): bool {}

	/**
	 * Puts bytes behind a stored string, on all copies. Of several clients that append at the same
	 * instant each copy gets all the parts, but not in the same order.
	 *
	 * @return bool|null False: RES_NOTSTORED (no value), RES_E2BIG, or a failure. Null and a warning:
	 *     OPT_COMPRESSION is on, the stored bytes could be compressed ones.
	 */
	public function append(string $key, string $value): ?bool {}

	/** append() by server key. */
	public function appendByKey(string $server_key, string $key, string $value): ?bool {}

	/** As append(), before a stored string. */
	public function prepend(string $key, string $value): ?bool {}

	/** prepend() by server key. */
	public function prependByKey(string $server_key, string $key, string $value): ?bool {}

	/**
	 * Gives a value a new life, on all copies, without sending it.
	 *
	 * @return bool False: RES_NOTFOUND, or a failure.
	 */
	public function touch(string $key, int $expiration = 0): bool {}

	/** touch() by server key. */
	public function touchByKey(string $server_key, string $key, int $expiration = 0): bool {}

	/**
	 * Deletes all copies.
	 *
	 * @param int $time 0. Servers no longer delete with a delay: RES_INVALID_ARGUMENTS otherwise.
	 * @return bool True if there was a copy. False: RES_NOTFOUND, or a failure.
	 */
	public function delete(string $key, int $time = 0): bool {}

	/** delete() by server key. */
	public function deleteByKey(string $server_key, string $key, int $time = 0): bool {}

	/**
	 * Deletes many, all nodes at once. getResultCode() is that of the last key.
	 *
	 * @param array $keys Strings; others are converted. Empty ones are left out.
	 * @return array key => true, or the RES_* code of what went wrong with it.
	 */
	public function deleteMulti(array $keys, int $time = 0): array {}

	/** deleteMulti() by server key, one for all. */
	public function deleteMultiByKey(string $server_key, array $keys, int $time = 0): array {}

	/* --- Counters ----------------------------------------------------------------------------- */

	/**
	 * Adds to a number, on all copies at once; they do not diverge when nodes fail. Counters are
	 * unsigned 64-bit decimals; past the largest they start at 0 again.
	 *
	 * @param int $offset 0 or more: RES_INVALID_ARGUMENTS and a warning otherwise.
	 * @param int $initial_value If given and there is no counter yet: it is made with this number.
	 * @param int $expiry The new counter's life, as $expiration.
	 * @return int|string|false The new number; a string where it is more than an int can be. False: RES_NOTFOUND,
	 *     RES_CLIENT_ERROR (the value is not a number), or a failure.
	 */
	public function increment(string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** As increment(), subtracting; stops at 0. */
	public function decrement(string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** increment() by server key. */
	public function incrementByKey(string $server_key, string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/** decrement() by server key. */
	public function decrementByKey(string $server_key, string $key, int $offset = 1, int $initial_value = 0, int $expiry = 0): int|string|false {}

	/* --- Locks and leases --------------------------------------------------------------------- */

	/**
	 * Takes a lock on a key: nobody else is given it until it is released, ends by itself, or its object
	 * is destroyed. It is held on all home nodes of the key; while some of them do not answer, on more than
	 * half (of an even number, half) that have been up for longer than $ttl. So it outlives a node; what it
	 * cannot outlive, and what to do about it, is in docs/locks.md. It lies under the name "mcha.lock." and the key, its counter under
	 * "mcha.fence." and the key (both behind OPT_PREFIX_KEY): leave these names to it.
	 *
	 * @param string $key Any; a value of that key is not touched. At most 239 bytes with the prefix.
	 * @param int $ttl Seconds, 1 to 2591998, from the call on: then another one may have it. Those who lock
	 *     the same key should agree on it.
	 * @param float $wait Seconds to try again while another one holds it, or too few nodes answer. 0: once.
	 * @return McHALock|null Null: RES_NOTSTORED (another one holds it); RES_SOME_ERRORS (too few home nodes
	 *     answered, or those that did may have lost it), RES_TIMEOUT or another failure: nothing is held;
	 *     RES_INVALID_ARGUMENTS with a warning ($ttl), RES_BAD_KEY_PROVIDED.
	 */
	public function lock(string $key, int $ttl, float $wait = 0): ?McHALock {}

	/**
	 * Reads a value, and has it computed where there is none: by one caller, while the others wait for it
	 * or, with stale_ttl, go on with the last one. The value is stored as set() stores it, for $ttl and
	 * stale_ttl together, and can be read, replaced and deleted as any other. All who remember a key
	 * should give the same times. Who computes is decided by the key's first home node that is up, by an
	 * item under the name "mcha.lease." and the key (behind OPT_PREFIX_KEY).
	 *
	 * Over the text and binary protocols the life that a value has left cannot be read: there is nothing
	 * stale and nothing early there, a value lives $ttl seconds; the rest is the same.
	 *
	 * @param callable $make function (McHA $client, string $key): mixed, computes the value; null and false
	 *     are values. What it throws passes through, and the next caller computes.
	 * @param int $ttl Seconds for which it is fresh; 0: always. Never a Unix time.
	 * @param array $options "stale_ttl" => seconds for which it is kept beyond that, and given to all but the
	 *     one who computes the next, 0 by default; "early" => seconds before its end in which one caller
	 *     computes the next already, less than $ttl, 0 by default; "wait" => float, seconds to wait for
	 *     another one who computes, where there is nothing to give, 1.0 by default: who has waited so long
	 *     computes too; "lease_ttl" => seconds that computing may take before another one tries, 10 by
	 *     default, at least 1.
	 * @return mixed The value. When it was just computed getResultCode() says whether it could be stored;
	 *     what took longer than its lease is not (RES_NOTSTORED, RES_DATA_EXISTS) if another one has stored
	 *     something since. When no node can be asked it is computed each time. False with
	 *     RES_INVALID_ARGUMENTS and a warning ($ttl, $options) or RES_BAD_KEY_PROVIDED: nothing was done.
	 * @throws Throwable What $make, the serializer and the value's own code throw.
	 */
	public function remember(string $key, callable $make, int $ttl, array $options = []): mixed {}

	/* --- Options ------------------------------------------------------------------------------ */

	/**
	 * An option's value, as a number, bool or string; false with RES_INVALID_ARGUMENTS if there is no
	 * such option.
	 */
	public function getOption(int $option): mixed {}

	/**
	 * Sets an option, for the life of the object or of its persistent pool. Options with named values
	 * take the constant or the ini directive's word; those of pecl memcached take what can be made a number.
	 *
	 * @param int $option OPT_*.
	 * @return bool False: RES_INVALID_ARGUMENTS and a warning: no such option, or no such value;
	 *     nothing has changed.
	 */
	public function setOption(int $option, mixed $value): bool {}

	/**
	 * Sets many, in the order given.
	 *
	 * @param array $options option => value.
	 * @return bool False if any could not be set; the others are.
	 */
	public function setOptions(array $options): bool {}

	/** Whether a key, with the prefix, is one that can be used; RES_BAD_KEY_PROVIDED if not. */
	public function checkKey(string $key): bool {}

	/* --- What happened ------------------------------------------------------------------------ */

	/** The last operation's result: RES_*. */
	public function getResultCode(): int {}

	/** The same in words. */
	public function getResultMessage(): string {}

	/**
	 * The last failure in words, with the node and the reason, or what is wrong with an argument; without a failure
	 * getResultMessage() of RES_SUCCESS. Of a node that was held down: the failure that it is held down for.
	 */
	public function getLastErrorMessage(): string {}

	/** The last failure's RES_*; RES_SUCCESS: the last operation met none. */
	public function getLastErrorCode(): int {}

	/** The system's error number behind the last failure; 0: none. */
	public function getLastErrorErrno(): int {}

	/** The last node that a connection broke to: array("host" =>, "port" =>); false: none yet. */
	public function getLastDisconnectedServer(): array|false {}

	/**
	 * What became of the copies in the last operation:
	 *   "copies" int: wanted; "acknowledged" int: reached (of the key that reached fewest);
	 *   "failed" array: node => reason; "pending" array of nodes that were sent a write and not waited for
	 *   (OPT_ZONE_WRITES): they count neither as reached nor as failed; "repaired" int: copies refilled on the
	 *   way, or replaced by a younger version;
	 *   "hedged" int: copies asked for because an earlier one kept silent (OPT_HEDGE_AFTER);
	 *   "position" int: in the preference list, of the copy that answered a read; -1: none did;
	 *   "local" array: key => seconds (float), the values that came from this host (OPT_NEAR_CACHE)
	 *   and how long ago they were last read from or written to the nodes. That is RES_SUCCESS, too;
	 *   "failed" is empty where no node was asked, and names those that failed where none answered.
	 */
	public function getLastReplication(): array {}

	/* --- The pool ----------------------------------------------------------------------------- */

	/**
	 * The versions of all servers: "host:port" => "1.6.18"; those that do not answer are left out
	 * (RES_SOME_ERRORS).
	 *
	 * @return array|false False: none answered.
	 */
	public function getVersion(): array|false {}

	/**
	 * The statistics of all servers: "host:port" => array(name => value).
	 *
	 * @param string|null $type Kind, as servers know them: "items", "slabs", "settings", ...; null:
	 *     the general ones.
	 * @return array|false As getVersion().
	 */
	public function getStats(?string $type = null): array|false {}

	/**
	 * The keys of all servers, each once, those of other users and prefixes included, and those that
	 * have expired but are not yet removed. Servers (1.4.31 or newer) are asked one after the other, over
	 * a connection of their own in the classic text protocol. A large cache takes its time: see
	 * OPT_OPERATION_TIMEOUT.
	 *
	 * @return array|false A list of strings; RES_SOME_ERRORS: some servers could not be asked, and keys are
	 *     missing (a server of the former pool that could not be asked is no failure). False: none
	 *     could: RES_NO_SERVERS, RES_NOT_SUPPORTED (they do not list keys, or only speak the binary
	 *     protocol), RES_TIMEOUT, or another failure.
	 */
	public function getAllKeys(): array|false {}

	/**
	 * Empties all servers, for all their users.
	 *
	 * A server that did not acknowledge is emptied before any process of this host asks it for a key again.
	 *
	 * @param int $delay Seconds to wait; less than 0 counts as 0.
	 * @return bool False if any of them did not acknowledge.
	 */
	public function flush(int $delay = 0): bool {}

	/**
	 * Where a key lies: every node in the order in which the key prefers them, array("host" =>,
	 * "port" =>, "zone" =>, "role" => "home", "previous" or "handoff", "state" => "up", "down", "probing" or
	 * "unknown" (no process has asked the node yet)) each. Asks no server. Empty with RES_BAD_KEY_PROVIDED or RES_NO_SERVERS.
	 */
	public function getReplicas(string $key): array {}

	/**
	 * How the nodes are: array("host" =>, "port" =>, "weight" =>, "zone" =>, "role" => "primary", "backup" or "previous",
	 * "state" => "up", "down" (also where this process alone cannot use the node), "probing", or "unknown": no process that
	 * shares what this one knows has asked the node yet,
	 * "latency_us" => moving average in microseconds, "failures" => all so far, "retry_in_ms" => until
	 * the next try, 0 unless down, "protocol" => "meta", "text" or "binary", "server_version" => ""
	 * until known, "hints" => invalidations that the node has missed, a flush() counting as one) each. Asks no server.
	 */
	public function getNodes(): array {}

	/**
	 * What every node really holds under a key: array("host" =>, "port" =>, "zone" =>, "role" =>,
	 * "state" =>, "found" => bool, "deleted" => bool: a tombstone (READ_POLICY_QUORUM), "size" => stored bytes,
	 * "ttl" => seconds left, -1 for no end, null where the protocol does not tell, "flags" =>, "version" => what the
	 * write called it (the same on every copy; mcha.versions), or the server's own CAS value) each. Repairs
	 * nothing and does not count as a use of the value; nodes that are down are not asked.
	 */
	public function inspect(string $key): array {}
}

/**
 * A lock that McHA::lock() has taken. It belongs to the process that took it: in one that is forked from it
 * the object holds nothing, and gives nothing back. Results of its methods are told by the McHA that
 * took it. When the object is destroyed, however the request ends, what it holds is released, unless it has
 * become another's.
 *
 * @strict-properties
 * @not-serializable
 */
final class McHALock
{
	/** By McHA::lock() alone. */
	private function __construct() {}

	/**
	 * Gives it a new life, and puts it on home nodes that have lost or missed it.
	 *
	 * @param int $ttl Seconds, 1 to 2591998, from now on; may be less than what is left.
	 * @return bool False: RES_NOTFOUND (it is over: it had expired or was released, or another one has it, or
	 *     may have had it); RES_INVALID_ARGUMENTS with a warning; another code: too few nodes answered, the
	 *     lock has at least the time that it had.
	 */
	public function extend(int $ttl): bool {}

	/**
	 * Gives it back, if it is still the one that was taken.
	 *
	 * @return bool False: RES_NOTFOUND (it was over, another one may have had it meanwhile), or a failure
	 *     (the nodes that did not answer keep it for the rest of its time, if they are not told before).
	 */
	public function release(): bool {}

	/** Its time is not over, by this host's clock, and it has not been lost or released. Asks no server. */
	public function isHeld(): bool {}

	/** Seconds until another one may have it, by this host's clock; 0 if it is not held. Asks no server. */
	public function getRemainingTime(): float {}

	/**
	 * A number that is greater for each later holder of the same key, for what the lock protects to refuse
	 * those who come late: see docs/locks.md. Positive; not consecutive; a string where it is more than an int
	 * can be (32-bit PHP). Asks no server.
	 */
	public function getFencingToken(): int|string {}

	/** The key that it was taken for. */
	public function getKey(): string {}
}

/** What McHA throws: a pool that makes no sense. Failures of servers are result codes. */
class McHAException extends RuntimeException
{
}
