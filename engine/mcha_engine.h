/* SPDX-License-Identifier: MIT */
/* The engine's front door: the one header that code above the engine includes. */
#ifndef MCHA_ENGINE_H
#define MCHA_ENGINE_H

#include "engine/base/buffer_pool.h"
#include "engine/base/exptime.h"
#include "engine/base/fork_generation.h"
#include "engine/journal/journal.h"
#include "engine/pool/local_health.h"
#include "engine/pool/pool_access.h"
#include "engine/net/pool_string.h"
#include "engine/net/tls/tls.h"
#include "engine/base/printable.h"
#include "engine/operations/operations.h"
#include "engine/shared/named_memory.h"
#include "engine/shared/shared_tables.h"
#include "engine/transport/meta_transport.h"
#include "engine/protocol/cas_token.h"
#include "engine/protocol/tombstone.h"

#endif
