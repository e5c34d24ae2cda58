/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of attributes as files: a line of JSON for the machine, then one for
 * each attribute.  Everything is checked, since the files come from other
 * programs; a message names the line.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "attrs.h"

/*
 * Limits of what is read: an image of all LPIs that a GICv5 can have is one
 * line of some dozens of megabytes.
 */
#define MAX_LINE (64u << 20)
#define MAX_ISTES (1u << 24)

__attribute__((format(printf, 2, 3))) static bool
/* For `return fail(...)`: always false. */
fail(struct attrs_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return false;
}

void attrs_free(struct attrs *attrs)
{
	for (size_t i = 0; i < attrs->nr; i++) {
		free(attrs->list[i].image);
	}
	free(attrs->list);
	attrs->list = NULL;
	attrs->nr = 0;
}

/* The list doubles whenever its length is a power of two. */
void attrs_add(struct attrs *attrs, const struct attr *attr)
{
	if ((attrs->nr & (attrs->nr - 1)) == 0) {
		size_t room = attrs->nr ? 2 * attrs->nr : 1;

		attrs->list = realloc(attrs->list, room * sizeof(*attr));
		if (!attrs->list) {
			abort();
		}
	}
	attrs->list[attrs->nr++] = *attr;
}

/*
 * A number of 64 bits, which JSON's numbers do not hold exactly: a string of 0x
 * and up to 16 lower-case digits.
 */
static bool get_hex(const json_t *object, const char *key, uint64_t *value)
{
	const char *text = json_string_value(json_object_get(object, key));
	char *end;

	if (!text || strncmp(text, "0x", 2) || strlen(text) > 18 ||
	    strspn(text + 2, "0123456789abcdef") != strlen(text + 2) ||
	    !text[2]) {
		return false;
	}
	*value = strtoull(text, &end, 16);
	return true;
}

/* A number from 0 to `max`, which has to fit 32 bits. */
static bool get_number(const json_t *object, const char *key, uint64_t max,
		       uint32_t *value)
{
	const json_t *number = json_object_get(object, key);

	if (!json_is_integer(number) || json_integer_value(number) < 0 ||
	    (uint64_t)json_integer_value(number) > max) {
		return false;
	}
	*value = (uint32_t)json_integer_value(number);
	return true;
}

/* The vCPUs in the order in which they are made. */
static bool read_vcpus(const json_t *line, struct attrs_machine *m,
		       struct attrs_error *error)
{
	const json_t *vcpus = json_object_get(line, "vcpus");

	m->nr_vcpus = (uint32_t)json_array_size(vcpus);
	if (m->nr_vcpus < 1 || json_array_size(vcpus) > ATTRS_MAX_VCPUS) {
		return fail(error, "line 1: \"vcpus\" are 1 to %u objects",
			    ATTRS_MAX_VCPUS);
	}
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		const json_t *vcpu = json_array_get(vcpus, i);

		if (!get_number(vcpu, "id", ATTRS_MAX_VCPUS - 1,
				&m->vcpus[i].id) ||
		    !get_number(vcpu, "mpidr", UINT32_MAX,
				&m->vcpus[i].mpidr)) {
			return fail(error,
				    "line 1: vCPU %u has no \"id\" "
				    "below %u and \"mpidr\"",
				    i, ATTRS_MAX_VCPUS);
		}
	}
	return true;
}

/* What only a GICv5 has to know. */
static bool read_v5(const json_t *line, struct attrs_machine *m)
{
	return get_number(line, "lpi_id_bits", 24, &m->lpi_id_bits) &&
	       get_hex(line, "ppis0", &m->ppi_implemented[0]) &&
	       get_hex(line, "ppis1", &m->ppi_implemented[1]) &&
	       get_hex(line, "level_ppis0", &m->ppi_level[0]) &&
	       get_hex(line, "level_ppis1", &m->ppi_level[1]);
}

/*
 * The first line.  Ranges are checked by those that use the values: a machine
 * that cannot be made is refused by attrs_vm_new().
 */
static bool read_machine(const json_t *line, struct attrs_machine *m,
			 struct attrs_error *error)
{
	const char *name = json_string_value(json_object_get(line, "stream"));
	uint32_t version, model;

	if (!name || strcmp(name, ATTRS_FORMAT)) {
		return fail(error, "line 1: \"stream\" is not \"%s\"",
			    ATTRS_FORMAT);
	}
	if (!get_number(line, "version", UINT32_MAX, &version) ||
	    version != ATTRS_VERSION) {
		return fail(error, "line 1: \"version\" is not %d",
			    ATTRS_VERSION);
	}
	if (!get_number(line, "model", 5, &model) ||
	    (model != 2 && model != 3 && model != 5)) {
		return fail(error, "line 1: \"model\" is not 2, 3 or 5");
	}
	m->model = (enum vgic_model)model;
	if (!get_number(line, "nr_irqs", UINT32_MAX, &m->nr_irqs)) {
		return fail(error, "line 1: no \"nr_irqs\"");
	}
	if (model == 5 && !read_v5(line, m)) {
		return fail(error,
			    "line 1: no \"lpi_id_bits\", \"ppis0\", "
			    "\"ppis1\", \"level_ppis0\" and \"level_ppis1\"");
	}
	if (model != 5 && (!get_number(line, "pri_bits", 8, &m->pri_bits) ||
			   !get_number(line, "pre_bits", 7, &m->pre_bits))) {
		return fail(error, "line 1: no \"pri_bits\" (5 to 8) and "
				   "\"pre_bits\" (5 to 7)");
	}
	if (model == 3 && !get_number(line, "id_bits", 24, &m->id_bits)) {
		return fail(error, "line 1: no \"id_bits\"");
	}
	m->a3v = json_is_true(json_object_get(line, "a3v"));
	return read_vcpus(line, m, error);
}

/*
 * {"count": n, "entries": [[index, iste], ...]}: only entries that are not 0
 * are in the file.
 */
static bool read_istes(const json_t *object, uint32_t *image, uint32_t count)
{
	const json_t *entries = json_object_get(object, "entries");

	for (size_t i = 0; i < json_array_size(entries); i++) {
		const json_t *entry = json_array_get(entries, i);
		json_int_t at = json_integer_value(json_array_get(entry, 0));
		json_int_t iste = json_integer_value(json_array_get(entry, 1));

		if (json_array_size(entry) != 2 || at < 0 || at >= count ||
		    iste < 0 || iste > UINT32_MAX) {
			return false;
		}
		image[at] = (uint32_t)iste;
	}
	return json_is_array(entries);
}

/* One more element than needed: calloc() of nothing may return null. */
static bool read_image(const json_t *line, struct attr *attr)
{
	const json_t *spis = json_object_get(line, "spis");
	const json_t *lpis = json_object_get(line, "lpis");

	if (!get_number(spis, "count", MAX_ISTES, &attr->nr_spis) ||
	    !get_number(lpis, "count", MAX_ISTES, &attr->nr_lpis)) {
		return false;
	}
	attr->image = calloc(attr->nr_spis + attr->nr_lpis + 1,
			     sizeof(attr->image[0]));
	return attr->image && read_istes(spis, attr->image, attr->nr_spis) &&
	       read_istes(lpis, attr->image + attr->nr_spis, attr->nr_lpis);
}

/* Which width a group has is checked when it is restored (attrs_load()). */
static bool read_attr(const json_t *line, struct attr *attr,
		      struct attrs_error *error)
{
	uint64_t max;

	if (!get_number(line, "group", UINT32_MAX, &attr->group) ||
	    !get_hex(line, "attr", &attr->attr)) {
		return fail(error, "line %u: no \"group\" and \"attr\"",
			    attr->line);
	}
	if (attr->group == VGIC_KVM_GRP_IST) {
		return read_image(line, attr) ||
		       fail(error,
			    "line %u: \"spis\" and \"lpis\" are not "
			    "\"count\" and \"entries\" below it",
			    attr->line);
	}
	if (!get_number(line, "width", 8, &attr->width) ||
	    (attr->width != 0 && attr->width != 4 && attr->width != 8)) {
		return fail(error, "line %u: \"width\" is not 0, 4 or 8",
			    attr->line);
	}
	max = attr->width == 8 ? UINT64_MAX : UINT32_MAX;
	if (attr->width &&
	    (!get_hex(line, "value", &attr->value) || attr->value > max)) {
		return fail(error,
			    "line %u: \"value\" is not 0x and up to "
			    "%u digits",
			    attr->line, 2 * attr->width);
	}
	return true;
}

/*
 * An attribute is appended even if it is bad, so that attrs_free() frees the
 * image which it may have already.
 */
static bool take_line(const char *text, size_t length, uint32_t number,
		      struct attrs *attrs, struct attrs_error *error)
{
	struct attr attr = { .line = number };
	json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	bool good;

	if (!json_is_object(line)) {
		json_decref(line);
		return fail(error, "line %u: not an object of JSON", number);
	}
	if (number == 1) {
		good = read_machine(line, &attrs->machine, error);
	} else {
		good = read_attr(line, &attr, error);
		attrs_add(attrs, &attr);
	}
	json_decref(line);
	return good;
}

bool attrs_read(FILE *in, struct attrs *attrs, struct attrs_error *error)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	uint32_t number = 0;
	bool good = true;

	memset(attrs, 0, sizeof(*attrs));
	while (good && (length = getline(&text, &room, in)) >= 0) {
		number++;
		good = (size_t)length < MAX_LINE ?
			       take_line(text, (size_t)length, number, attrs,
					 error) :
			       fail(error, "line %u: too long", number);
	}
	free(text);
	if (good && number == 0) {
		good = fail(error, "it is empty");
	}
	if (!good) {
		attrs_free(attrs);
	}
	return good;
}

static void write_machine(FILE *out, const struct attrs_machine *m)
{
	fprintf(out,
		"{\"stream\": \"%s\", \"version\": %d, \"model\": %d, "
		"\"nr_irqs\": %" PRIu32,
		ATTRS_FORMAT, ATTRS_VERSION, (int)m->model, m->nr_irqs);
	if (m->model == VGIC_GICV5) {
		fprintf(out,
			", \"lpi_id_bits\": %" PRIu32
			", \"ppis0\": \"0x%" PRIx64
			"\", \"ppis1\": \"0x%" PRIx64
			"\", \"level_ppis0\": \"0x%" PRIx64
			"\", \"level_ppis1\": \"0x%" PRIx64 "\"",
			m->lpi_id_bits, m->ppi_implemented[0],
			m->ppi_implemented[1], m->ppi_level[0],
			m->ppi_level[1]);
	} else {
		fprintf(out,
			", \"pri_bits\": %" PRIu32 ", \"pre_bits\": %" PRIu32,
			m->pri_bits, m->pre_bits);
	}
	if (m->model == VGIC_GICV3) {
		fprintf(out, ", \"id_bits\": %" PRIu32 ", \"a3v\": %s",
			m->id_bits, m->a3v ? "true" : "false");
	}
	fprintf(out, ", \"vcpus\": [");
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		fprintf(out, "%s{\"id\": %" PRIu32 ", \"mpidr\": %" PRIu32 "}",
			i ? ", " : "", m->vcpus[i].id, m->vcpus[i].mpidr);
	}
	fprintf(out, "]}\n");
}

static void write_istes(FILE *out, const char *name, const uint32_t *image,
			uint32_t count)
{
	const char *comma = "";

	fprintf(out, ", \"%s\": {\"count\": %" PRIu32 ", \"entries\": [", name,
		count);
	for (uint32_t i = 0; i < count; i++) {
		if (image[i]) {
			fprintf(out, "%s[%" PRIu32 ", %" PRIu32 "]", comma, i,
				image[i]);
			comma = ", ";
		}
	}
	fprintf(out, "]}");
}

void attrs_write(FILE *out, const struct attrs *attrs)
{
	write_machine(out, &attrs->machine);
	for (size_t i = 0; i < attrs->nr; i++) {
		const struct attr *a = &attrs->list[i];

		fprintf(out,
			"{\"group\": %" PRIu32 ", \"attr\": \"0x%" PRIx64 "\"",
			a->group, a->attr);
		if (a->image) {
			write_istes(out, "spis", a->image, a->nr_spis);
			write_istes(out, "lpis", a->image + a->nr_spis,
				    a->nr_lpis);
		} else {
			fprintf(out, ", \"width\": %" PRIu32, a->width);
		}
		if (a->width) {
			fprintf(out, ", \"value\": \"0x%" PRIx64 "\"",
				a->value);
		}
		fprintf(out, "}\n");
	}
}
