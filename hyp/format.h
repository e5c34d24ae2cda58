/* SPDX-License-Identifier: BSD-2-Clause */
/* A small printf: no locks, no state, no allocation. */
#ifndef HYP_FORMAT_H
#define HYP_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Format `args` and hand every character of the result to put(ctx, c).  Knows
 * %s %c %d %u %x %p %%, the modifiers l and ll (64 bits each), a width and a
 * leading 0.  Ends at a conversion that it does not know, since the size of
 * its argument is not known either.
 */
void format_to(void (*put)(void *ctx, char c), void *ctx, const char *format,
	       va_list args);

/* A text that grows.  It is NUL-terminated and cut off at `size`. */
struct format_buffer {
	char *text;
	size_t size; /* bytes of `text`, at least 1 */
	size_t used; /* characters in it, without the NUL */
};

/* Append to the buffer; what does not fit is left out. */
void format_add(struct format_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
