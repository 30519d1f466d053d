/* SPDX-License-Identifier: MIT */
/* What the methods that ask all servers have in common. */
#ifndef MCHA_GLUE_SERVER_QUESTIONS_H
#define MCHA_GLUE_SERVER_QUESTIONS_H

#include "../../frame.h"

/* The status of a question to all nodes: a node without the key is no failure, and neither is a
 * node of the previous pool that does not answer. */
mcha_status php_mcha_all_status(const mcha_pool *pool, const mcha_request *round);

#endif
