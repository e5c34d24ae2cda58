/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that the compiler calls, in freestanding programs too. */
#include <stddef.h>

void *memset(void *to, int byte, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);

void *memset(void *to, int byte, size_t n)
{
	volatile unsigned char *p = to;

	while (n-- > 0) {
		*p++ = (unsigned char)byte;
	}
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	volatile unsigned char *p = to;
	const unsigned char *q = from;

	while (n-- > 0) {
		*p++ = *q++;
	}
	return to;
}
