/* SPDX-License-Identifier: MIT */
/* libmemcached as a transport, for servers and proxies that speak only the binary protocol, and for
 * SASL. Blocking: start returns with every request answered. */
#ifndef MCHA_CLASSIC_TRANSPORT_H
#define MCHA_CLASSIC_TRANSPORT_H

#include "engine/transport/transport.h"

extern const mcha_transport classic_binary; /* with SASL where settings->username is set */

#endif
