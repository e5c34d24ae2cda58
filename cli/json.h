/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command's one reader and one writer of JSON, around libjansson: the
 * hypervisor's record of a run, the figures of other programs, and what
 * --json and --stats write.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/*
 * The object that `in` holds from where it stands up to its end or to a zero
 * byte; null when there is no object, or one of more than 64 KiB.
 */
json_t *json_read(FILE *in);

/* Write it with two blanks for each level; false: errno says what is wrong. */
bool json_write(FILE *out, const json_t *value);

/* What stands under a key: 0 or null when it is missing or something else. */
long long json_int(const json_t *object, const char *key);
const char *json_text(const json_t *object, const char *key);
bool json_flag(const json_t *object, const char *key);

#endif
