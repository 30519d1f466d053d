/* SPDX-License-Identifier: MIT */
/* The options of McHA::remember(), as the application passes them in an array. */
#ifndef MCHA_GLUE_REMEMBER_CHOICES_H
#define MCHA_GLUE_REMEMBER_CHOICES_H

#include "../../php_mcha.h"

/* Each is a number of seconds. */
typedef struct php_mcha_remember_choices {
	double stale_ttl;
	double wait;
	double early;
	double lease_ttl;
} php_mcha_remember_choices;

/* Reads the options over their defaults, for a value that lives ttl seconds. False: one of them, or
 * ttl, cannot be used, and a warning says why. */
bool php_mcha_remember_choices_take(php_mcha_remember_choices *chosen, HashTable *options,
	zend_long ttl);

#endif
