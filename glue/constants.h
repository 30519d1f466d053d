/* SPDX-License-Identifier: MIT */
/* The numbers behind class McHA's own constants and those of pecl memcached that are not
 * libmemcached's: what setOption(), the ini words and mcha.stub.php agree on. Plain C. */
#ifndef MCHA_GLUE_CONSTANTS_H
#define MCHA_GLUE_CONSTANTS_H

/* Options of the extension, by pecl memcached's numbers. libmemcached's own options count up from
 * 0, so that the sign tells them apart. */
enum {
	MCHA_OPT_COMPRESSION = -1001,
	MCHA_OPT_PREFIX_KEY = -1002,
	MCHA_OPT_SERIALIZER = -1003,
	MCHA_OPT_COMPRESSION_TYPE = -1004,
	MCHA_OPT_STORE_RETRY_COUNT = -1005,
	MCHA_OPT_USER_FLAGS = -1006,
	MCHA_OPT_COMPRESSION_LEVEL = -1007,
	MCHA_OPT_ITEM_SIZE_LIMIT = -1008
};

/* Options that only McHA has. */
enum {
	MCHA_OPT_ALLOW_FAILOVER = -2001,
	MCHA_OPT_WRITE_QUORUM = -2002,
	MCHA_OPT_READ_POLICY = -2003,
	MCHA_OPT_MISS_FAILOVER = -2004,
	MCHA_OPT_READ_REPAIR = -2005,
	MCHA_OPT_FAILOVER_TTL = -2006,
	MCHA_OPT_LOCAL_ZONE = -2007,
	MCHA_OPT_PROTOCOL = -2008,
	MCHA_OPT_FAILURE_CALLBACK = -2009,
	MCHA_OPT_OPERATION_TIMEOUT = -2010,
	MCHA_OPT_HEDGE_AFTER = -2011,
	MCHA_OPT_NEAR_CACHE = -2012,
	MCHA_OPT_NEAR_CACHE_TTL = -2013,
	MCHA_OPT_NEAR_CACHE_FRESH = -2014,
	MCHA_OPT_PREVIOUS_SERVERS = -2015,
	MCHA_OPT_ZONE_WRITES = -2016,
	MCHA_OPT_TLS = -2017
};

/* Their values. The first four groups count as the engine's enums do (engine/pool/settings.h). */
enum { MCHA_WRITE_QUORUM_ONE, MCHA_WRITE_QUORUM_MAJORITY, MCHA_WRITE_QUORUM_ALL };
enum {
	MCHA_READ_POLICY_ORDERED,
	MCHA_READ_POLICY_BALANCED,
	MCHA_READ_POLICY_NEAREST,
	MCHA_READ_POLICY_QUORUM
};
enum { MCHA_ZONE_WRITES_OF_ALL, MCHA_ZONE_WRITES_OF_LOCAL };
enum { MCHA_MISS_FAILOVER_ALWAYS, MCHA_MISS_FAILOVER_RECOVERING, MCHA_MISS_FAILOVER_NEVER };
enum { MCHA_PROTOCOL_AUTO, MCHA_PROTOCOL_META, MCHA_PROTOCOL_TEXT, MCHA_PROTOCOL_BINARY };
enum { MCHA_NEAR_CACHE_NONE, MCHA_NEAR_CACHE_APCU };

/* The oldest version that is spoken. */
enum { MCHA_TLS_FROM_1_2, MCHA_TLS_FROM_1_3 };

/* McHA's own placement and pecl memcache's, beside libmemcached's
 * (memcached_server_distribution_t). */
enum {
	MCHA_DISTRIBUTION_RENDEZVOUS = 1001,
	MCHA_DISTRIBUTION_MEMCACHE_STANDARD,
	MCHA_DISTRIBUTION_MEMCACHE_CONSISTENT
};

enum {
	MCHA_SERIALIZER_AUTO, /* McHA's own: the first that is there of igbinary, msgpack, php */
	MCHA_SERIALIZER_PHP,
	MCHA_SERIALIZER_IGBINARY,
	MCHA_SERIALIZER_JSON,
	MCHA_SERIALIZER_JSON_ARRAY,
	MCHA_SERIALIZER_MSGPACK
};

enum { MCHA_COMPRESSION_ZLIB = 1, MCHA_COMPRESSION_FASTLZ, MCHA_COMPRESSION_ZSTD };

/* The type of a value, bits 0 to 3 of its item's flags. */
enum {
	MCHA_TYPE_STRING,
	MCHA_TYPE_LONG,
	MCHA_TYPE_DOUBLE,
	MCHA_TYPE_BOOL,
	MCHA_TYPE_SERIALIZED, /* from here on: by a serializer */
	MCHA_TYPE_IGBINARY,
	MCHA_TYPE_JSON,
	MCHA_TYPE_MSGPACK,
	MCHA_TYPE_MASK = 15
};

/* Bits of the $get_flags parameters. */
enum { MCHA_GET_PRESERVE_ORDER = 1, MCHA_GET_EXTENDED = 2 };

/* The one result code that libmemcached does not know. */
enum { MCHA_RES_PAYLOAD_FAILURE = -1001 };

/* Whether the extension of a serializer is loaded, for the files that include serializers.h. */
#define MCHA_HAVE_IGBINARY php_mcha_serializer_is_there(MCHA_SERIALIZER_IGBINARY)
#define MCHA_HAVE_JSON php_mcha_serializer_is_there(MCHA_SERIALIZER_JSON)
#define MCHA_HAVE_MSGPACK php_mcha_serializer_is_there(MCHA_SERIALIZER_MSGPACK)

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* What this build can do: 0 or 1, from configure's answers. */
#ifdef HAVE_MCHA_ZSTD
#define MCHA_HAVE_ZSTD 1
#else
#define MCHA_HAVE_ZSTD 0
#endif
#ifdef HAVE_MCHA_ENCODING
#define MCHA_HAVE_ENCODING 1
#else
#define MCHA_HAVE_ENCODING 0
#endif
#ifdef HAVE_MCHA_SESSION
#define MCHA_HAVE_SESSION 1
#else
#define MCHA_HAVE_SESSION 0
#endif
#ifdef HAVE_MCHA_TLS
#define MCHA_HAVE_TLS 1
#else
#define MCHA_HAVE_TLS 0
#endif

#endif
