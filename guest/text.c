/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted text, as far as guests need it. */
#include <stdarg.h>

#include "guest/port.h"
#include "guest/text.h"

struct spec {
	unsigned int width;
	char pad;
	bool is_long;
};

static void put_string(const char *s)
{
	while (*s != '\0') {
		port_putc(*s++);
	}
}

static void put_number(unsigned long value, unsigned int base,
		       const struct spec *spec)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	for (unsigned int i = n; i < spec->width; i++) {
		port_putc(spec->pad);
	}
	while (n > 0) {
		port_putc(digits[--n]);
	}
}

static const char *parse(const char *p, struct spec *spec)
{
	*spec = (struct spec){ .pad = ' ' };
	if (*p == '0') {
		spec->pad = '0';
		p++;
	}
	while (*p >= '0' && *p <= '9') {
		spec->width = spec->width * 10 + (unsigned int)(*p++ - '0');
	}
	if (*p == 'l') {
		spec->is_long = true;
		p++;
	}
	return p;
}

void say(const char *format, ...)
{
	struct spec spec;
	unsigned long number;
	va_list ap;

	va_start(ap, format);
	for (const char *p = format; *p != '\0'; p++) {
		if (*p != '%') {
			port_putc(*p);
			continue;
		}
		p = parse(p + 1, &spec);
		if (*p == 's') {
			put_string(va_arg(ap, const char *));
		} else if (*p == 'c') {
			port_putc((char)va_arg(ap, int));
		} else {
			number = spec.is_long ? va_arg(ap, unsigned long) :
						va_arg(ap, unsigned int);
			put_number(number, *p == 'x' ? 16 : 10, &spec);
		}
	}
	va_end(ap);
}
