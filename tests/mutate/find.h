/* SPDX-License-Identifier: BSD-2-Clause */
/* Where source code can be broken, and how. */
#ifndef TESTS_MUTATE_FIND_H
#define TESTS_MUTATE_FIND_H

#include <stdint.h>

#include "lex.h"

enum mutant_kind {
	MUTANT_COMPARISON, /* < to <=, == to != */
	MUTANT_LOGIC,	   /* && to ||; one side of it left out */
	MUTANT_ARITHMETIC, /* + to -, & to |, << to >>, no ~ or ! */
	MUTANT_CONSTANT,   /* one more, one less, 0, a bit less */
	MUTANT_NAME,	   /* a named constant: 0, one more */
	MUTANT_STATEMENT,  /* an assignment, break or continue dropped */
	MUTANT_CALL,	   /* a call dropped */
	MUTANT_SWAP,	   /* two arguments of a call swapped */
	MUTANT_NEGATED,	   /* the condition of if, while or ?: */
	MUTANT_NEVER,	   /* an if that never holds */
	MUTANT_RETURN,	   /* return before a statement */
	MUTANT_KINDS,
};

extern const char *const mutant_kind_names[MUTANT_KINDS];

/* The bytes from .. to of a source, to be replaced by a text. */
struct mutant {
	const struct source *source;
	/* The function or table it is in: a token number. */
	size_t scope;
	size_t from, to;
	char *text;
	/* Three lines that name it: see mutant.c. */
	char *name;
	/* By which it is drawn. */
	uint64_t key;
};

struct mutants {
	struct mutant *all;
	size_t count, room;
};

/* Append what can be done to a source, to the list of each kind. */
void find_mutants(const struct source *source,
		  struct mutants list[MUTANT_KINDS]);

#endif
