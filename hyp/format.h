/* SPDX-License-Identifier: BSD-2-Clause */
/* A small printf.  (format.c) */
#ifndef HYP_FORMAT_H
#define HYP_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Hands every character to `put`.  Knows %s %c %d %u %x %p %%, the l and ll
 * modifiers, width and 0; ends at a conversion that it does not know.
 */
void format_to(void (*put)(void *ctx, char c), void *ctx, const char *format,
	       va_list args);

/* A text that grows; it is NUL-terminated and cut off at `size`. */
struct format_buffer {
	char *text;
	size_t size; /* at least 1 */
	size_t used; /* without the NUL */
};

void format_add(struct format_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
