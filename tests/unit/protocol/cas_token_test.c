/* SPDX-License-Identifier: MIT */
/* CAS tokens that name their node: a token gives its CAS value back at that node and at no
 * other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/protocol/cas_token.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint64_t ids[] = {
	1, 2, 77, 0x7ffe, 0x3fff, 0x8000, UINT64_C(1) << 48, UINT64_MAX - 1, UINT64_MAX};

static const uint64_t cas_values[] = {
	1, 2, 1000, UINT32_MAX, MCHA_CAS_TOKEN_MASK - 1, MCHA_CAS_TOKEN_MASK};

static void a_tag_has_fourteen_bits_and_is_never_0(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_in_range(mcha_cas_token_tag(ids[i]), 1, 0x3fff);
	}
	for (uint64_t id = 0; id < 0x10000; id++) {
		assert_in_range(mcha_cas_token_tag(id), 1, 0x3fff);
	}
}

static void a_token_gives_its_own_node_the_cas_value_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		uint16_t tag = mcha_cas_token_tag(ids[i]);

		for (size_t j = 0; j < COUNT(cas_values); j++) {
			uint64_t token = mcha_cas_token_pack(tag, cas_values[j]);

			assert_int_equal(mcha_cas_token_cas(tag, token), cas_values[j]);
			assert_int_not_equal(token, 0);
			assert_true((int64_t)token > 0);
		}
	}
}

static void a_token_is_not_valid_at_any_other_node(void **state)
{
	(void)state;
	for (size_t j = 0; j < COUNT(cas_values); j++) {
		uint64_t token = mcha_cas_token_pack(1234, cas_values[j]);

		for (uint32_t tag = 1; tag <= 0x3fff; tag++) {
			assert_int_equal(mcha_cas_token_cas((uint16_t)tag, token),
				tag == 1234 ? cas_values[j] : 0);
		}
	}
}

static void a_version_is_a_valid_token_at_every_node(void **state)
{
	static const uint64_t versions[] = {
		MCHA_VERSION_MARK, MCHA_VERSION_MARK + 1, (UINT64_C(1) << 63) - 1};

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		for (uint32_t tag = 1; tag <= 0x3fff; tag++) {
			uint64_t token = mcha_cas_token_pack((uint16_t)tag, versions[i]);

			assert_int_equal(token, versions[i]);
			assert_int_equal(mcha_cas_token_cas((uint16_t)tag, token), versions[i]);
			assert_false(mcha_version_is(mcha_cas_token_pack((uint16_t)tag, MCHA_CAS_TOKEN_MASK)));
		}
	}
}

static void no_cas_value_makes_no_token(void **state)
{
	(void)state;
	assert_int_equal(mcha_cas_token_pack(1, 0), 0);
	assert_int_equal(mcha_cas_token_pack(0x3fff, 0), 0);
	assert_int_equal(mcha_cas_token_cas(1, 0), 0);
}

static void a_cas_value_too_large_for_a_tag_becomes_a_token_that_fits_nowhere(void **state)
{
	static const uint64_t large[] = {
		MCHA_CAS_TOKEN_MASK + 1, MCHA_CAS_TOKEN_MASK + 2, UINT64_C(1) << 63, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(large); i++) {
		uint64_t token = mcha_cas_token_pack(3, large[i]);

		assert_int_not_equal(token, 0);
		assert_true((int64_t)token > 0);
		for (uint32_t tag = 1; tag <= 0x3fff; tag++) {
			assert_int_equal(mcha_cas_token_cas((uint16_t)tag, token), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_has_fourteen_bits_and_is_never_0),
		cmocka_unit_test(a_token_gives_its_own_node_the_cas_value_back),
		cmocka_unit_test(a_token_is_not_valid_at_any_other_node),
		cmocka_unit_test(a_version_is_a_valid_token_at_every_node),
		cmocka_unit_test(no_cas_value_makes_no_token),
		cmocka_unit_test(a_cas_value_too_large_for_a_tag_becomes_a_token_that_fits_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
