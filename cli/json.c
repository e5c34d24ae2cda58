/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing JSON. */
#include "json.h"
#include "say.h"

/*
 * The largest text is a run's record, of some thousand bytes.  It is read from
 * a file the size of a flash bank, 64 MiB, the rest of which is zeros.
 */
#define TEXT_MAX 65536

/* Enough digits for a time in microseconds, few enough to be read. */
#define DIGITS 6

json_t *json_read(FILE *in)
{
	static char text[TEXT_MAX];
	json_t *value;

	text[fread(text, 1, TEXT_MAX - 1, in)] = 0;
	value = json_loads(text, 0, NULL);
	if (!json_is_object(value)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

bool json_write(FILE *out, const json_t *value)
{
	return json_dumpf(value, out,
			  JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS)) == 0 &&
	       fputc('\n', out) != EOF && fflush(out) == 0;
}

long long json_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

const char *json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

bool json_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}
