/* SPDX-License-Identifier: MIT */
/* How memcached interprets an exptime (memcached, doc/protocol.txt, "Expiration times"). */
#ifndef MCHA_ENGINE_EXPTIME_H
#define MCHA_ENGINE_EXPTIME_H

/* Seconds: up to this value an exptime is a lifetime from now on; above it, a point in Unix
 * time. */
#define MCHA_EXPTIME_RELATIVE_MAX (60 * 60 * 24 * 30)

#endif
