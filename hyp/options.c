/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the hypervisor's own command line.  There is a table for each kind of
 * option: with a number, without a value, and with one of several words.  A
 * word that no table has ends the run, so that a misspelt option is noticed.
 */
#include "hyp/options.h"

#include "hyp/format.h"
#include "hyp/platform.h"
#include "hyp/string.h"

/* Limits that nothing reasonable exceeds: 1 TiB, twelve days, a minute. */
#define MAX_MEM_MIB (1u << 20)
#define MAX_TIMEOUT_S 1000000u
#define MAX_TORTURE_MS 60000u
/* So much of a word that was not understood goes into the message. */
#define TOKEN_SHOWN 40

struct options options;

/* What options_parse() returns for such a word. */
static char complaint[96];

/* vgic.name=NUMBER */
struct number_option {
	const char *name; /* with the equals sign */
	uint32_t *value;
	uint32_t min, max;
};

/* The word alone sets it to true. */
struct flag_option {
	const char *name;
	bool *value;
};

/* The word sets `value` to `set`. */
struct word_option {
	const char *name; /* with the word */
	uint32_t *value;
	uint32_t set;
};

static const struct number_option numbers[] = {
	{ "vgic.vcpus=", &options.vcpus, 1, MAX_VCPUS },
	{ "vgic.mem=", &options.mem_mib, 1, MAX_MEM_MIB },
	{ "vgic.timeout=", &options.timeout_s, 0, MAX_TIMEOUT_S },
	{ "vgic.lrs=", &options.max_lrs, 1, VGIC_MAX_LRS },
	{ "vgic.torture=", &options.torture_ms, 0, MAX_TORTURE_MS },
};

static const struct flag_option flags[] = {
	{ "vgic.quirk=no-tdir", &options.no_tdir },
	{ "vgic.quirk=no-hw-deact", &options.no_hw_deact },
	{ "vgic.quirk=seis", &options.broken_seis },
	{ "vgic.passthrough=uart", &options.pass_uart },
	{ "vgic.passthrough=disk", &options.pass_disks },
	{ "vgic.passthrough=pci", &options.pass_pci },
	{ "vgic.verbose", &options.verbose },
	{ "vgic.icount", &options.icount },
};

static const struct word_option words[] = {
	{ "vgic.gic=v2", &options.gic, VGIC_GICV2 },
	{ "vgic.gic=v3", &options.gic, VGIC_GICV3 },
	{ "vgic.gic=v5", &options.gic, VGIC_GICV5 },
	{ "vgic.cpuif=auto", &options.cpuif, CPUIF_AUTO },
	{ "vgic.cpuif=hw", &options.cpuif, CPUIF_HW },
	{ "vgic.cpuif=soft", &options.cpuif, CPUIF_SOFT },
	{ "vgic.its=off", &options.its, 0 },
	{ "vgic.its=on", &options.its, 1 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A decimal number from `text` to `end`, within the option's limits. */
static bool parse_number(const struct number_option *option, const char *text,
			 const char *end)
{
	char *stop;
	unsigned long value = strtoul(text, &stop, 10);

	if (stop == text || stop != end || value < option->min ||
	    value > option->max) {
		return false;
	}
	*option->value = (uint32_t)value;
	return true;
}

/* Is the word of `len` characters at `token` the text `name`? */
static bool is(const char *token, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(token, name, len) == 0;
}

static bool parse_flag(const char *token, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(flags); i++) {
		if (is(token, len, flags[i].name)) {
			*flags[i].value = true;
			return true;
		}
	}
	return false;
}

static bool parse_word(const char *token, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		if (is(token, len, words[i].name)) {
			*words[i].value = words[i].set;
			return true;
		}
	}
	return false;
}

/* One word; false: it is not an option, or its value is not allowed. */
static bool parse_token(const char *token, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(numbers); i++) {
		size_t name_len = strlen(numbers[i].name);

		if (len >= name_len &&
		    memcmp(token, numbers[i].name, name_len) == 0) {
			return parse_number(&numbers[i], token + name_len,
					    token + len);
		}
	}
	return parse_flag(token, len) || parse_word(token, len);
}

static const char *complain(const char *token, size_t len)
{
	struct format_buffer buffer = { complaint, sizeof(complaint), 0 };
	size_t i;

	format_add(&buffer, "hypervisor option not understood: ");
	for (i = 0; i < len && i < TOKEN_SHOWN; i++) {
		format_add(&buffer, "%c", token[i]);
	}
	return complaint;
}

const char *options_parse(const char *bootargs)
{
	options = (struct options){ .vcpus = 1, .gic = VGIC_GICV3 };
	while (*bootargs) {
		const char *token = bootargs;
		size_t len;

		while (*bootargs && *bootargs != ' ') {
			bootargs++;
		}
		len = (size_t)(bootargs - token);
		if (len > 0 && !parse_token(token, len)) {
			return complain(token, len);
		}
		while (*bootargs == ' ') {
			bootargs++;
		}
	}
	return NULL;
}
