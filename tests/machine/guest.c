/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest: its system registers, its loads and stores, its memory. */
#include "tests/machine/machine.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "soft/gicv.h"
#include "tests/usual.h"
#include "v5/v5.h"

/* What a read leaves alone is seen. */
#define JUNK UINT64_C(0xdeadbeefdeadbeef)
#define MANY_RETRIES 100000u

/* Without an exit, if the machine is so made and if that is possible. */
static enum vgic_trap trap_entered(struct machine *m, uint32_t v, uint32_t enc,
				   bool write, uint64_t *value)
{
	int signals;

	if (!m->config.entered || !m->in_guest[v]) {
		return VGIC_TRAP_NOT_MINE;
	}
	signals = trap_usual(m->vcpu[v], enc, write, value);
	if (signals == VGIC_UNUSUAL) {
		return vgic_trap_sysreg_entered(m->vcpu[v], enc, write, value);
	}
	MACHINE_MUST(m, signals == (int)vgic_signals(m->vcpu[v]));
	return VGIC_TRAP_DONE;
}

static enum vgic_trap trap_once(struct machine *m, uint32_t v, uint32_t enc,
				bool write, uint64_t *value)
{
	const uint64_t given = *value;
	enum vgic_trap result;

	m->thread = v;
	result = trap_entered(m, v, enc, write, value);
	if (result == VGIC_TRAP_DONE || result == VGIC_TRAP_UNDEF) {
		return result;
	}
	stop(m, v);
	*value = given;
	result = vgic_trap_sysreg(m->vcpu[v], enc, write, value);
	if (result == VGIC_TRAP_NOT_MINE && enc == GIC_CDDI) {
		/* GIC VDDI: the IRS of this machine is the library. */
		vgic_v5_iri.command(m->vcpu[v], enc, *value);
		result = VGIC_TRAP_DONE;
	}
	run(m, v);
	return result;
}

static enum vgic_trap trap(struct machine *m, uint32_t v, uint32_t enc,
			   bool write, uint64_t *value)
{
	const uint64_t given = *value;
	enum vgic_trap result;

	m->traps[v]++;
	while ((result = trap_once(m, v, enc, write, value)) ==
	       VGIC_TRAP_RETRY) {
		machine_serve_all(m);
		MACHINE_MUST(m, m->retries++ < MANY_RETRIES);
		*value = given;
	}
	return result;
}

enum vgic_trap guest_sysreg(struct machine *m, uint32_t v, uint32_t enc,
			    bool write, uint64_t *value)
{
	enum vgic_trap result = VGIC_TRAP_DONE;
	enum model_access access;

	run(m, v);
	machine_serve_all(m);
	access = backend_access(m->backend, &m->cpu[v], enc, write, value);
	if (access == MODEL_TRAP) {
		result = trap(m, v, enc, write, value);
	} else if (access == MODEL_UNDEF) {
		result = VGIC_TRAP_UNDEF;
	} else if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		/* What the PE did takes effect in its IRS at once. */
		slice(m, v);
	}
	machine_serve_all(m);
	return result;
}

uint64_t guest_read(struct machine *m, uint32_t v, uint32_t enc)
{
	uint64_t value = JUNK;

	MACHINE_MUST(m,
		     guest_sysreg(m, v, enc, false, &value) == VGIC_TRAP_DONE);
	return value;
}

void guest_write(struct machine *m, uint32_t v, uint32_t enc, uint64_t value)
{
	MACHINE_MUST(m,
		     guest_sysreg(m, v, enc, true, &value) == VGIC_TRAP_DONE);
}

bool guest_is_undefined(struct machine *m, uint32_t v, uint32_t enc, bool write)
{
	uint64_t value = 0;

	return guest_sysreg(m, v, enc, write, &value) == VGIC_TRAP_UNDEF;
}

static uint64_t mmio(struct machine *m, uint32_t v, uint64_t ipa,
		     unsigned int width, bool write, uint64_t value)
{
	MACHINE_MUST(m, guest_mmio(m, v, ipa, width, write, &value) ==
				VGIC_TRAP_DONE);
	return value;
}

/* Hardware's does not trap, but for GICC_DIR, which is in a page of its own. */
uint64_t guest_gicc(struct machine *m, uint32_t v, uint32_t offset, bool write,
		    uint64_t value)
{
	struct model_vcpuif *model = &m->cpu[v].model;

	run(m, v);
	machine_serve_all(m);
	if (m->backend->soft || offset >= GICC_DIR) {
		return mmio(m, v, MACHINE_GICC + offset, 4, write, value);
	}
	if (write) {
		(void)vgic_soft_gicv_write(model, offset, value);
	} else {
		(void)vgic_soft_gicv_read(model, offset, &value);
	}
	machine_serve_all(m);
	return value;
}

uint64_t guest_ack(struct machine *m, uint32_t v)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2) {
		return FIELD_GET(GICC_INTID,
				 guest_gicc(m, v, GICC_IAR, false, 0));
	}
	return guest_read(m, v,
			  vgic_arch_model(m->vgic.arch) == VGIC_GICV3 ?
				  ICC_IAR1_EL1 :
				  GICR_CDIA);
}

uint64_t guest_ack0(struct machine *m, uint32_t v)
{
	return guest_read(m, v, ICC_IAR0_EL1);
}

void guest_eoi(struct machine *m, uint32_t v, uint32_t intid)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2) {
		guest_gicc(m, v, GICC_EOIR, true, intid);
	} else if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3) {
		guest_write(m, v, ICC_EOIR1_EL1, intid);
	} else {
		guest_write(m, v, GIC_CDEOI, 0);
	}
}

void guest_eoi0(struct machine *m, uint32_t v, uint32_t intid)
{
	guest_write(m, v, ICC_EOIR0_EL1, intid);
}

void guest_dir(struct machine *m, uint32_t v, uint32_t intid)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2) {
		guest_gicc(m, v, GICC_DIR, true, intid);
	} else if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3) {
		guest_write(m, v, ICC_DIR_EL1, intid);
	} else {
		guest_write(m, v, GIC_CDDI, GICR_CDIA_VALID | intid);
	}
}

void guest_end(struct machine *m, uint32_t v, uint32_t intid)
{
	guest_eoi(m, v, intid);
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		guest_dir(m, v, intid);
	}
}

void eoimode(struct machine *m, unsigned int mode)
{
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		guest_write(m, v, ICC_CTLR_EL1,
			    mode ? ICC_CTLR_EL1_EOImode : 0);
		stop(m, v);
	}
}

bool guest_irq(struct machine *m, uint32_t v)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		run(m, v);
		machine_serve_all(m);
	}
	return backend_irq(m->backend, &m->cpu[v], m->vcpu[v]);
}

static enum vgic_trap mmio_left(struct machine *m, uint32_t v, uint64_t ipa,
				unsigned int width, bool write, uint64_t *value)
{
	const bool was_in = m->in_guest[v];
	enum vgic_trap result;

	stop(m, v);
	result = vgic_trap_mmio(m->vcpu[v], ipa, width, write, value);
	if (was_in) {
		run(m, v);
	}
	return result;
}

static enum vgic_trap trap_mmio(struct machine *m, uint32_t v, uint64_t ipa,
				unsigned int width, bool write, uint64_t *value)
{
	const uint64_t given = *value;
	enum vgic_trap result = VGIC_TRAP_NOT_MINE;

	m->thread = v;
	if (m->config.entered && m->in_guest[v]) {
		result = vgic_trap_mmio_entered(m->vcpu[v], ipa, width, write,
						value);
	}
	if (result != VGIC_TRAP_DONE) {
		*value = given;
		result = mmio_left(m, v, ipa, width, write, value);
	}
	machine_serve_all(m);
	return result;
}

enum vgic_trap guest_mmio(struct machine *m, uint32_t v, uint64_t ipa,
			  unsigned int width, bool write, uint64_t *value)
{
	const bool was_in = m->in_guest[v];
	const uint64_t given = *value;
	enum vgic_trap result;

	while ((result = trap_mmio(m, v, ipa, width, write, value)) ==
	       VGIC_TRAP_RETRY) {
		MACHINE_MUST(m, m->retries++ < MANY_RETRIES);
		slice(m, v);
		if (!was_in) {
			stop(m, v);
		}
		*value = given;
	}
	return result;
}

bool mmio_once(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
	       bool write, uint64_t *value)
{
	const enum vgic_trap result = trap_mmio(m, v, ipa, width, write, value);

	MACHINE_MUST(m, result == VGIC_TRAP_DONE || result == VGIC_TRAP_RETRY);
	return result == VGIC_TRAP_DONE;
}

uint64_t mmio_read(struct machine *m, uint32_t v, uint64_t ipa,
		   unsigned int width)
{
	return mmio(m, v, ipa, width, false, JUNK);
}

void mmio_write(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
		uint64_t value)
{
	(void)mmio(m, v, ipa, width, true, value);
}

uint32_t guest_read32(struct machine *m, uint32_t v, uint64_t ipa)
{
	return (uint32_t)mmio_read(m, v, ipa, 4);
}

void guest_write32(struct machine *m, uint32_t v, uint64_t ipa, uint32_t value)
{
	mmio_write(m, v, ipa, 4, value);
}

uint8_t *ram_at(const struct machine *m, uint64_t ipa, size_t len)
{
	const uint64_t offset = ipa - MACHINE_RAM;

	return offset < m->ram_size && len <= m->ram_size - offset ?
		       m->ram + offset :
		       NULL;
}

uint64_t peek64(const struct machine *m, uint64_t ipa)
{
	const uint8_t *from = ram_at(m, ipa, 8);
	uint64_t value = 0;

	MACHINE_MUST(m, from);
	for (uint32_t i = 0; i < 8; i++) {
		value |= (uint64_t)from[i] << 8 * i;
	}
	return value;
}

void poke64(struct machine *m, uint64_t ipa, uint64_t value)
{
	uint8_t *to = ram_at(m, ipa, 8);

	MACHINE_MUST(m, to);
	for (uint32_t i = 0; i < 8; i++) {
		to[i] = (uint8_t)(value >> 8 * i);
	}
}

uint8_t peek8(const struct machine *m, uint64_t ipa)
{
	const uint8_t *from = ram_at(m, ipa, 1);

	MACHINE_MUST(m, from);
	return *from;
}

void poke8(struct machine *m, uint64_t ipa, uint8_t value)
{
	uint8_t *to = ram_at(m, ipa, 1);

	MACHINE_MUST(m, to);
	*to = value;
}
