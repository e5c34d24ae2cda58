/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory contract against the architecture's memory model, for those who
 * have no herd7: reads a litmus test in its AArch64 format, tries every
 * execution, and says whether the state after `exists` is ever reached.
 *
 * The model is Arm's: DDI 0487 B2.3, "Definition of the Arm memory model", as
 * far as programs without branches need it.  Programs are straight; the words
 * of all locations are zero unless said.  Instructions: MOV, LDR, LDAR, LDXR,
 * LDAXR, STR, STLR, STXR, STLXR (which succeed), CAS, SWP, LDSET, LDADD with
 * and without AL, DMB.
 */
#include "tests/litmus/model.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct model_test test;

void model_die(const char *what, const char *where)
{
	fprintf(stderr, "litmus: %s: %s\n", what, where);
	exit(2);
}

static uint32_t location(const char *name, size_t len)
{
	for (uint32_t i = 0; i < test.nr_locations; i++) {
		if (strlen(test.location[i]) == len &&
		    !strncmp(test.location[i], name, len)) {
			return i;
		}
	}
	if (test.nr_locations == MODEL_LOCATIONS || len >= MODEL_NAME) {
		model_die("too many locations", name);
	}
	memcpy(test.location[test.nr_locations], name, len);
	return test.nr_locations++;
}

static char *skip(char *at)
{
	while (isspace((unsigned char)*at)) {
		at++;
	}
	return at;
}

/* "X3", "W3": the number. */
static uint32_t reg(char **at)
{
	char *text = skip(*at);

	if ((*text != 'X' && *text != 'W') ||
	    !isdigit((unsigned char)text[1])) {
		model_die("no register", text);
	}
	return (uint32_t)strtoul(text + 1, at, 10) % MODEL_REGS;
}

/* "[X1]" */
static uint32_t base(char **at)
{
	char *text = skip(*at);
	uint32_t n;

	if (*text++ != '[') {
		model_die("no address", text);
	}
	n = reg(&text);
	text = skip(text);
	*at = text + (*text == ']');
	return n;
}

static void comma(char **at)
{
	char *text = skip(*at);

	*at = text + (*text == ',');
}

static const struct {
	const char *name;
	enum model_kind kind;
	bool acquire, release;
	/* Registers before the address. */
	uint32_t regs;
} insns[] = {
	{ "LDR", MODEL_LOAD, false, false, 1 },
	{ "LDAR", MODEL_LOAD, true, false, 1 },
	{ "LDXR", MODEL_LOAD_EX, false, false, 1 },
	{ "LDAXR", MODEL_LOAD_EX, true, false, 1 },
	{ "STR", MODEL_STORE, false, false, 1 },
	{ "STLR", MODEL_STORE, false, true, 1 },
	{ "STXR", MODEL_STORE_EX, false, false, 2 },
	{ "STLXR", MODEL_STORE_EX, false, true, 2 },
	{ "CAS", MODEL_CAS, false, false, 2 },
	{ "CASAL", MODEL_CAS, true, true, 2 },
	{ "SWP", MODEL_SWAP, false, false, 2 },
	{ "SWPAL", MODEL_SWAP, true, true, 2 },
	{ "LDSET", MODEL_SET, false, false, 2 },
	{ "LDSETAL", MODEL_SET, true, true, 2 },
	{ "LDADD", MODEL_ADD, false, false, 2 },
	{ "LDADDAL", MODEL_ADD, true, true, 2 },
};

static void parse_access(struct model_insn *insn, const char *name,
			 char *operands)
{
	size_t i = 0;

	while (i < sizeof(insns) / sizeof(insns[0]) &&
	       strcmp(insns[i].name, name)) {
		i++;
	}
	if (i == sizeof(insns) / sizeof(insns[0])) {
		model_die("no such instruction", name);
	}
	insn->kind = insns[i].kind;
	insn->acquire = insns[i].acquire;
	insn->release = insns[i].release;
	insn->s = reg(&operands);
	comma(&operands);
	if (insns[i].regs == 2) {
		insn->t = reg(&operands);
		comma(&operands);
	}
	insn->n = base(&operands);
}

static void parse_insn(uint32_t thread, char *text)
{
	struct model_thread *t = &test.thread[thread];
	struct model_insn *insn = &t->insn[t->nr_insns];
	char name[MODEL_NAME] = "";
	int len = 0;

	text = skip(text);
	if (!*text) {
		return;
	}
	if (t->nr_insns++ == MODEL_INSNS ||
	    sscanf(text, "%15[A-Z]%n", name, &len) != 1) {
		model_die("no instruction", text);
	}
	text += len;
	if (!strcmp(name, "DMB")) {
		insn->kind = MODEL_BARRIER;
	} else if (!strcmp(name, "MOV")) {
		insn->kind = MODEL_MOVE;
		insn->s = reg(&text);
		comma(&text);
		text = skip(text);
		insn->value = (uint32_t)strtoul(text + 1, NULL, 0);
	} else {
		parse_access(insn, name, text);
	}
}

/* One row of the program: a column for each thread. */
static void parse_row(char *row, bool heads)
{
	uint32_t thread = 0;
	char *end = strchr(row, ';'), *bar;

	*end = '\0';
	do {
		bar = strchr(row, '|');
		if (bar) {
			*bar = '\0';
		}
		if (heads) {
			test.nr_threads++;
		} else {
			parse_insn(thread, row);
		}
		thread++;
		row = bar + 1;
	} while (bar && thread < MODEL_THREADS);
}

/* "0:X1=word" or "word=1", of the initial state. */
static void parse_init(char *text)
{
	char *equals = strchr(text, '=');

	text = skip(text);
	if (!equals) {
		return;
	}
	if (isdigit((unsigned char)*text)) {
		uint32_t thread = (uint32_t)strtoul(text, &text, 10);
		uint32_t n;

		text++;
		n = reg(&text);
		equals = skip(equals + 1);
		test.thread[thread % MODEL_THREADS].address[n] =
			location(equals, strcspn(equals, " \t\n"));
		return;
	}
	test.init[location(text, strcspn(text, " ="))] =
		(uint32_t)strtoul(equals + 1, NULL, 0);
}

static void parse_inits(char *text)
{
	for (char *next = strtok(text, ";"); next; next = strtok(NULL, ";")) {
		parse_init(next);
	}
}

/* "exists (0:X2=1 /\ x=0)" */
static void parse_condition(char *text)
{
	text = strchr(text, '(');
	while (text) {
		struct model_term *term = &test.term[test.nr_terms];

		if (test.nr_terms++ == MODEL_TERMS) {
			model_die("too many terms", text);
		}
		text = skip(text + 1);
		term->is_register = isdigit((unsigned char)*text);
		if (term->is_register) {
			term->thread = (uint32_t)strtoul(text, &text, 10);
			text++;
			term->index = reg(&text);
		} else {
			term->index = location(text, strcspn(text, " ="));
		}
		term->value =
			(uint32_t)strtoul(strchr(text, '=') + 1, &text, 0);
		text = strchr(text, '\\');
	}
}

static char *cut(char *text, const char *at)
{
	char *found = strstr(text, at);

	if (!found) {
		model_die("not a litmus test, it lacks", at);
	}
	*found = '\0';
	return found + strlen(at);
}

static void parse(char *text)
{
	char *program, *condition;

	if (sscanf(text, "AArch64 %63s", test.name) != 1) {
		model_die("not for AArch64", text);
	}
	text = cut(text, "{");
	program = cut(text, "}");
	condition = cut(program, "exists");
	parse_inits(text);
	for (char *row = program, *next; (next = strchr(row, ';'));
	     row = next + 1) {
		parse_row(row, row == program);
	}
	parse_condition(condition);
}

int main(int argc, char **argv)
{
	static char text[16384];
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	size_t len = in ? fread(text, 1, sizeof(text) - 1, in) : 0;

	if (!len) {
		model_die("cannot read", argc == 2 ? argv[1] : "usage");
	}
	fclose(in);
	text[len] = '\0';
	parse(text);
	printf("Observation %s %s\n", test.name,
	       model_reaches(&test) ? "Sometimes" : "Never");
	return 0;
}
