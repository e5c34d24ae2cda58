/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages, and text made of parts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

static void line(const char *format, va_list args)
{
	fputs("vgic: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line(format, args);
	va_end(args);
}

void die(enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line(format, args);
	va_end(args);
	exit(status);
}

char *text(const char *format, ...)
{
	va_list args;
	char *out;

	va_start(args, format);
	if (vasprintf(&out, format, args) < 0) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	va_end(args);
	return out;
}
