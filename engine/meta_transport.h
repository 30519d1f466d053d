/* SPDX-License-Identifier: MIT */
/* McHA's own transport: memcached's meta protocol on non-blocking sockets, pipelined. */
#ifndef MCHA_ENGINE_META_TRANSPORT_H
#define MCHA_ENGINE_META_TRANSPORT_H

#include "transport.h"

extern const mcha_transport mcha_transport_meta;

#endif
