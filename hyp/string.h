/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of a C library that libfdt and the compiler call, with the
 * meaning that C11 gives them; strtoul() in part.  They work by bytes: none of
 * them is on a path that has to be fast.
 */
#ifndef HYP_STRING_H
#define HYP_STRING_H

#include <stddef.h>

/* NOLINTBEGIN(readability-redundant-declaration): tests have libc's, too. */
void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *in, int byte, size_t len);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

/*
 * Knows no sign and no leading space; returns the largest number when the value
 * does not fit.  `base` is 0 (by the prefix 0x or 0), or 2 to 36.
 */
unsigned long strtoul(const char *s, char **end, int base);
/* NOLINTEND(readability-redundant-declaration) */

#endif
