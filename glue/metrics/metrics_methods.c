/* SPDX-License-Identifier: MIT */
/* Methods that tell the host's counters. */
#include "../frame.h"

#include "metrics.h"
#include "../shared_tables.h"

static const mcha_shared_tables *tables_of_host(void)
{
	return php_mcha_shared_tables(MCHA_G(shared_memory), MCHA_G(hint_capacity));
}

ZEND_METHOD(McHA, metrics)
{
	ZEND_PARSE_PARAMETERS_NONE();
	php_mcha_metrics_list(tables_of_host(), return_value);
}

ZEND_METHOD(McHA, metricsText)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_STR(php_mcha_metrics_write(tables_of_host()));
}
