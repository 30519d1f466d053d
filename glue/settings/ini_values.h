/* SPDX-License-Identifier: MIT */
/* What PHP calls when a directive is given a value (zend_ini.h): a function for each kind of value,
 * for the rows of ini.c. */
#ifndef MCHA_GLUE_INI_VALUES_H
#define MCHA_GLUE_INI_VALUES_H

#include "../../php_mcha.h"
#include "php_ini.h"

/* A word, as its number. */
ZEND_INI_MH(php_mcha_update_compat);
ZEND_INI_MH(php_mcha_update_compression);
ZEND_INI_MH(php_mcha_update_distribution);
ZEND_INI_MH(php_mcha_update_hash);
ZEND_INI_MH(php_mcha_update_miss_failover);
ZEND_INI_MH(php_mcha_update_near_cache);
ZEND_INI_MH(php_mcha_update_protocol);
ZEND_INI_MH(php_mcha_update_quorum);
ZEND_INI_MH(php_mcha_update_read_policy);
ZEND_INI_MH(php_mcha_update_serializer);
ZEND_INI_MH(php_mcha_update_session_hash);
ZEND_INI_MH(php_mcha_update_tls_version);
ZEND_INI_MH(php_mcha_update_zone_writes);

/* A number, in the range that the kind of number has. */
ZEND_INI_MH(php_mcha_update_busy_poll);
ZEND_INI_MH(php_mcha_update_count);
ZEND_INI_MH(php_mcha_update_fraction);
ZEND_INI_MH(php_mcha_update_hedge_after);
ZEND_INI_MH(php_mcha_update_hint_capacity);
ZEND_INI_MH(php_mcha_update_span);
ZEND_INI_MH(php_mcha_update_timeout);

/* A text that is checked. */
ZEND_INI_MH(php_mcha_update_path);
ZEND_INI_MH(php_mcha_update_prefix);
ZEND_INI_MH(php_mcha_update_servers);
ZEND_INI_MH(php_mcha_update_shared_memory);

#endif
