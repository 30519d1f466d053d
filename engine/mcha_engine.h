/* SPDX-License-Identifier: MIT */
/* The engine's front door: the one header that code above the engine includes. */
#ifndef MCHA_ENGINE_H
#define MCHA_ENGINE_H

#include "buffers.h"
#include "exptime.h"
#include "generation.h"
#include "local_health.h"
#include "pool_string.h"
#include "printable.h"
#include "replication.h"
#include "meta_transport.h"
#include "token.h"
#include "tombstone.h"

#endif
