/* SPDX-License-Identifier: BSD-2-Clause */
/* The small printf of format.h: a conversion is parsed into a struct spec. */
#include "hyp/format.h"

#include <stdbool.h>
#include <stdint.h>

/* 2^64 - 1 in decimal has twenty digits; hexadecimal needs fewer. */
#define MAX_DIGITS 20

/* What stands between '%' and the conversion, and the conversion. */
struct spec {
	bool zero;	    /* pad numbers with '0' */
	unsigned int width; /* at least so many characters */
	unsigned int longs; /* how many 'l' */
	char conversion;    /* 's', 'u', ... */
};

/* Where the characters go. */
struct sink {
	void (*put)(void *ctx, char c);
	void *ctx;
};

static void pad(const struct sink *sink, char with, unsigned int used,
		unsigned int width)
{
	for (; used < width; used++) {
		sink->put(sink->ctx, with);
	}
}

/* The digits come out last first, so they are collected before padding. */
static void put_number(const struct sink *sink, const struct spec *spec,
		       uint64_t value, bool negative)
{
	uint64_t base = spec->conversion == 'x' ? 16 : 10;
	unsigned int n = 0, used;
	char digits[MAX_DIGITS];

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	used = n + negative;
	if (!spec->zero) {
		pad(sink, ' ', used, spec->width);
	}
	if (negative) {
		sink->put(sink->ctx, '-');
	}
	if (spec->zero) {
		pad(sink, '0', used, spec->width);
	}
	while (n > 0) {
		sink->put(sink->ctx, digits[--n]);
	}
}

static void put_string(const struct sink *sink, const struct spec *spec,
		       const char *s)
{
	unsigned int len = 0;

	while (s[len]) {
		len++;
	}
	pad(sink, ' ', len, spec->width);
	while (*s) {
		sink->put(sink->ctx, *s++);
	}
}

/* `f` is behind the '%'; returns where the conversion is. */
static const char *parse_spec(const char *f, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	if (*f == '0') {
		spec->zero = true;
		f++;
	}
	while (*f >= '0' && *f <= '9') {
		spec->width = spec->width * 10 + (unsigned int)(*f++ - '0');
	}
	while (*f == 'l') {
		spec->longs++;
		f++;
	}
	spec->conversion = *f;
	return f;
}

/*
 * A va_list that can be passed by pointer.  On AArch64 va_list is a structure;
 * passed by value, the callee's va_arg() would not advance the caller's copy.
 */
struct arguments {
	va_list list;
};

static void put_signed(const struct sink *sink, const struct spec *spec,
		       struct arguments *args)
{
	int64_t value = spec->longs ? va_arg(args->list, long long) :
				      va_arg(args->list, int);

	put_number(sink, spec, value < 0 ? -(uint64_t)value : (uint64_t)value,
		   value < 0);
}

/* False: the conversion is not known. */
static bool convert(const struct sink *sink, struct spec *spec,
		    struct arguments *args)
{
	switch (spec->conversion) {
	case 's':
		put_string(sink, spec, va_arg(args->list, const char *));
		return true;
	case 'c':
		sink->put(sink->ctx, (char)va_arg(args->list, int));
		return true;
	case 'd':
		put_signed(sink, spec, args);
		return true;
	case 'u':
	case 'x':
		put_number(sink, spec,
			   spec->longs ?
				   va_arg(args->list, unsigned long long) :
				   va_arg(args->list, unsigned int),
			   false);
		return true;
	case 'p':
		sink->put(sink->ctx, '0');
		sink->put(sink->ctx, 'x');
		spec->conversion = 'x';
		put_number(sink, spec, (uintptr_t)va_arg(args->list, void *),
			   false);
		return true;
	case '%':
		sink->put(sink->ctx, '%');
		return true;
	default:
		return false;
	}
}

void format_to(void (*put)(void *ctx, char c), void *ctx, const char *format,
	       va_list args)
{
	const struct sink sink = { put, ctx };
	struct arguments copy;
	struct spec spec;

	va_copy(copy.list, args);
	for (; *format; format++) {
		if (*format != '%') {
			put(ctx, *format);
			continue;
		}
		format = parse_spec(format + 1, &spec);
		if (!convert(&sink, &spec, &copy)) {
			break;
		}
	}
	va_end(copy.list);
}

static void put_in_buffer(void *ctx, char c)
{
	struct format_buffer *buffer = ctx;

	if (buffer->used + 1 < buffer->size) {
		buffer->text[buffer->used++] = c;
		buffer->text[buffer->used] = '\0';
	}
}

void format_add(struct format_buffer *buffer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_to(put_in_buffer, buffer, format, args);
	va_end(args);
}
