/* SPDX-License-Identifier: MIT */
/* Memcached's meta protocol as a dialect of McHA's own transports. */
#ifndef MCHA_ENGINE_META_DIALECT_H
#define MCHA_ENGINE_META_DIALECT_H

#include "dialect.h"

extern const meta_dialect meta_dialect_meta;

#endif
