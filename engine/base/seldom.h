/* SPDX-License-Identifier: MIT */
/* MCHA_SELDOM marks a function that hardly any operation calls. The compiler then does not put it
 * into its caller, which would have to save the registers that the function needs each time, and
 * not only when it is called. */
#ifndef MCHA_ENGINE_SELDOM_H
#define MCHA_ENGINE_SELDOM_H

#ifdef __GNUC__
#define MCHA_SELDOM __attribute__((cold, noinline))
#else
#define MCHA_SELDOM
#endif

#endif
