/* SPDX-License-Identifier: MIT */
/* McHA's own transports: memcached's meta protocol, and its classic text protocol for servers and
 * proxies that do not speak meta, both on non-blocking sockets, pipelined. */
#ifndef MCHA_ENGINE_META_TRANSPORT_H
#define MCHA_ENGINE_META_TRANSPORT_H

#include "transport.h"

extern const mcha_transport mcha_transport_meta;
extern const mcha_transport mcha_transport_text;

#endif
