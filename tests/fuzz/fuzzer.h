/* SPDX-License-Identifier: MIT */
/* What every fuzzer starts with. */
#ifndef MCHA_TESTS_FUZZER_H
#define MCHA_TESTS_FUZZER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition) \
	((condition) ? (void)0 : (fprintf(stderr, "not so: %s\n", #condition), abort()))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
