/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See string.h.  Compiled without the conversion of loops to calls
 * (guest.cmake): it would turn memset()'s loop into a call of memset().
 */
#include "hyp/string.h"

#include <stdbool.h>
#include <stdint.h>

/* Eight bytes of whatever there is. */
typedef uint64_t word __attribute__((may_alias));

/*
 * By words where both are aligned to that: so a guest's table entry, which
 * another CPU may be writing, is read whole.
 */
void *memcpy(void *to, const void *from, size_t len)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (((uintptr_t)to | (uintptr_t)from) % sizeof(word) == 0) {
		while (len >= sizeof(word)) {
			*(word *)(void *)t = *(const word *)(const void *)f;
			t += sizeof(word);
			f += sizeof(word);
			len -= sizeof(word);
		}
	}
	while (len > 0) {
		*t++ = *f++;
		len--;
	}
	return to;
}

void *memmove(void *to, const void *from, size_t len)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	/* Forwards, or backwards where that would overwrite the source. */
	if ((uintptr_t)to <= (uintptr_t)from) {
		return memcpy(to, from, len);
	}
	while (len > 0) {
		len--;
		t[len] = f[len];
	}
	return to;
}

void *memset(void *to, int byte, size_t len)
{
	uint8_t *t = to;

	while (len > 0) {
		*t++ = (uint8_t)byte;
		len--;
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;

	for (; len > 0; len--, x++, y++) {
		if (*x != *y) {
			return *x < *y ? -1 : 1;
		}
	}
	return 0;
}

void *memchr(const void *in, int byte, size_t len)
{
	const uint8_t *p = in;

	for (; len > 0; len--, p++) {
		if (*p == (uint8_t)byte) {
			return (void *)(uintptr_t)p;
		}
	}
	return NULL;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len]) {
		len++;
	}
	return len;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (; max > 0; max--, a++, b++) {
		uint8_t x = (uint8_t)*a, y = (uint8_t)*b;

		if (x != y) {
			return x < y ? -1 : 1;
		}
		if (!x) {
			return 0;
		}
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	size_t len = strlen(s) + 1;

	while (len > 0) {
		len--;
		if (s[len] == (char)c) {
			return (char *)(uintptr_t)(s + len);
		}
	}
	return NULL;
}

/* The value of a digit or letter, UINT32_MAX for anything else. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return (unsigned int)(c - '0');
	}
	c |= 'a' - 'A';
	if (c >= 'a' && c <= 'z') {
		return (unsigned int)(c - 'a') + 10;
	}
	return UINT32_MAX;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0, radix = (unsigned long)base;
	bool over = false;

	if ((base == 0 || base == 16) && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16) {
		s += 2;
		radix = 16;
	} else if (base == 0) {
		radix = s[0] == '0' ? 8 : 10;
	}
	for (; digit(*s) < radix; s++) {
		over |= __builtin_mul_overflow(value, radix, &value);
		over |= __builtin_add_overflow(value, digit(*s), &value);
	}
	if (end) {
		*end = (char *)(uintptr_t)s;
	}
	return over ? (unsigned long)-1 : value;
}
