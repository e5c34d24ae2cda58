/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted text on the console. */
#ifndef GUEST_TEXT_H
#define GUEST_TEXT_H

/*
 * %s %c %u %x and %lx, each with an optional width, padded with blanks, or
 * with zeroes when the width begins with one.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
