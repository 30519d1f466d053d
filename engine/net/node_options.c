/* SPDX-License-Identifier: MIT */
/* The options of a node: its weight, zone and role. */
#include "node_reading.h"

#include <string.h>

static bool set_option_weight(const mcha_node_reading *reading, mcha_span weight)
{
	if (reading->endpoint->weight) {
		return mcha_node_refuse_part(reading, "weight", weight, "is given twice");
	}
	if (!mcha_span_number(weight, &reading->endpoint->weight) || reading->endpoint->weight == 0) {
		return mcha_node_refuse_part(reading, "weight", weight, MCHA_RULE_WEIGHT);
	}
	return true;
}

static bool set_zone(const mcha_node_reading *reading, mcha_span zone)
{
	if (zone.length == 0) {
		return mcha_node_refuse(reading, "has an empty zone: write zone=name");
	}
	if (zone.length > MCHA_ZONE_MAX) {
		return mcha_node_refuse_part(reading, "zone", zone, "is longer than 63 characters");
	}
	if (!mcha_node_check_name(reading, "zone", zone)) {
		return false;
	}
	memcpy(reading->endpoint->zone, zone.text, zone.length);
	reading->endpoint->zone[zone.length] = '\0';
	return true;
}

static bool set_role(const mcha_node_reading *reading, mcha_span role)
{
	reading->endpoint->backup = mcha_span_equals(role, "backup");
	return reading->endpoint->backup || mcha_span_equals(role, "primary")
		|| mcha_node_refuse_part(reading, "role", role, "is unknown, expected primary or backup");
}

static const struct {
	const char *name;
	bool (*set)(const mcha_node_reading *reading, mcha_span value);
} options[] = {
	{"weight", set_option_weight},
	{"zone", set_zone},
	{"role", set_role},
};

#define RULE_OPTION "is unknown, expected weight, zone or role"

static bool parse_option(mcha_node_reading *reading, mcha_span option)
{
	mcha_span name;

	if (!mcha_span_cut(&option, '=', &name)) {
		return mcha_node_refuse_part(reading, "option", name, "has no value: write name=value");
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!mcha_span_equals(name, options[i].name)) {
			continue;
		}
		if (reading->given & 1U << i) {
			return mcha_node_refuse_part(reading, "option", name, "is given twice");
		}
		reading->given |= 1U << i;
		return options[i].set(reading, option);
	}
	return mcha_node_refuse_part(reading, "option", name, RULE_OPTION);
}

bool mcha_node_parse_options(mcha_node_reading *reading, mcha_span query)
{
	mcha_span option;
	bool more;

	do {
		more = mcha_span_cut(&query, '&', &option);
		if (!parse_option(reading, option)) {
			return false;
		}
	} while (more);
	return true;
}
