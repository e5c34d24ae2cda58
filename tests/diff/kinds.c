/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of steps that every architecture has. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff/op.h"

void op_run(struct world *w, const struct op *op)
{
	w->arch->kinds[op->kind].run(w, op);
}

void op_print(FILE *out, const struct arch *arch, const struct op *op)
{
	const struct op_row *row = &arch->kinds[op->kind];

	fprintf(out, "vcpu %u  %s", op->vcpu, row->name);
	if (row->print) {
		fputc(' ', out);
		row->print(out, op);
	}
	fputc('\n', out);
}

void draw_small(struct draw *d, struct op *op)
{
	op->value = rng_below(d, rng_below(d, 4) ? 2 : 32);
}

void draw_snapshot(struct draw *d, struct op *op)
{
	static const uint8_t lrs[] = { 0, 1, 2, 4, 16 };

	op->value = DRAW(d, lrs);
	op->where = rng_below(d, 4) == 0;
}

void run_read(struct world *w, const struct op *op)
{
	guest_read(w, op->vcpu, op->where);
}

void run_write(struct world *w, const struct op *op)
{
	guest_write(w, op->vcpu, op->where, op->value);
}

void run_load(struct world *w, const struct op *op)
{
	guest_mmio(w, op->vcpu, op->frame, op->where, op->width, false, 0);
}

void run_store(struct world *w, const struct op *op)
{
	guest_mmio(w, op->vcpu, op->frame, op->where, op->width, true,
		   op->value);
}

void run_wfi(struct world *w, const struct op *op)
{
	guest_wfi(w, op->vcpu);
}

void run_line(struct world *w, const struct op *op)
{
	w->arch->line(w, op->vcpu, op->where, op->value);
	world_settle(w);
}

void run_enter(struct world *w, const struct op *op)
{
	world_enter(w, op->vcpu);
}

void run_exit(struct world *w, const struct op *op)
{
	world_exit(w, op->vcpu);
	world_settle(w);
}

void run_put(struct world *w, const struct op *op)
{
	world_put(w, op->vcpu, op->value & 1);
	world_settle(w);
}

void run_migrate(struct world *w, const struct op *op)
{
	world_migrate(w, op->vcpu);
	world_settle(w);
}

void run_compare(struct world *w, const struct op *op)
{
	(void)op;
	world_compare(w);
}

void run_snapshot(struct world *w, const struct op *op)
{
	world_snapshot(w, (uint8_t)op->value, op->where);
}

void run_reset_cpu(struct world *w, const struct op *op)
{
	world_reset_cpu(w, op->vcpu, op->value & 1);
}

void run_reset(struct world *w, const struct op *op)
{
	(void)op;
	world_reset(w);
}

void run_raw_sysreg(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	(void)guest_raw(w, op->vcpu, op->where, op->kind == OP_RAW_WRITE,
			&value);
}

void run_raw_mmio(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	(void)guest_raw_mmio(w, op->vcpu,
			     w->arch->ipa(w, op->frame) + op->where, op->width,
			     op->kind == OP_RAW_STORE, &value);
}

void print_value(FILE *out, const struct op *op)
{
	fprintf(out, "%" PRIu64, op->value);
}

void print_sysreg(FILE *out, const struct op *op)
{
	char name[64];

	name_sysreg(name, sizeof(name), op->where);
	fprintf(out, "%s %#" PRIx64, name, op->value);
}

void print_where(FILE *out, const struct op *op)
{
	fprintf(out, "%" PRIu32 " = %" PRIu64, op->where, op->value);
}

static void print_frame(FILE *out, const struct op *op,
			void (*name)(char *text, size_t size, int frame,
				     uint32_t offset))
{
	char text[64];

	name(text, sizeof(text), op->frame, op->where);
	fprintf(out, "%s %u bytes %#" PRIx64, text, op->width, op->value);
}

void print_gicd(FILE *out, const struct op *op)
{
	print_frame(out, op, name_gicd);
}

void print_irs(FILE *out, const struct op *op)
{
	print_frame(out, op, name_irs);
}
