/* SPDX-License-Identifier: MIT */
/* The module's globals, which the rows of ini.c fill. */
#include "../ini.h"

ZEND_DECLARE_MODULE_GLOBALS(mcha)

#if defined(ZTS) && defined(COMPILE_DL_MCHA)
ZEND_TSRMLS_CACHE_DEFINE()
#endif

void php_mcha_ini_init_globals(zend_mcha_globals *globals)
{
	memset(globals, 0, sizeof(*globals));
}
