/* SPDX-License-Identifier: BSD-2-Clause */
/* C source as tokens: no comments, no preprocessor lines. */
#ifndef TESTS_MUTATE_LEX_H
#define TESTS_MUTATE_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_MARK };

struct token {
	enum token_kind kind;
	/* Bytes from the start of the file. */
	size_t from, to;
	/* Of a bracket, the token number of its other half; else its own. */
	size_t match;
};

struct source {
	/* Path below the tree, "src/core/irq.c". */
	char *path;
	char *text;
	size_t size;
	struct token *tokens;
	size_t nr_tokens;
};

/* Memory that cannot be had ends the program, as does a file. */
void *must_grow(void *old, size_t bytes);
void source_read(struct source *source, const char *tree, const char *path);

/* Is the token spelled like this?  False for a token that is not there. */
bool token_is(const struct source *source, size_t t, const char *spelling);
/* Is it one of these words, which have a space before and after each? */
bool token_among(const struct source *source, size_t t, const char *words);
/* White space on both sides: of `*` and `&`, the operator of two operands. */
bool token_is_spaced(const struct source *source, size_t t);

#endif
