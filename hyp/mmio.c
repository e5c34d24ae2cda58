/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses that stage 2 did not let through.  Where there is a device that is
 * emulated, the vGIC or the UART, the load or store is carried out here; the
 * guest gets an external abort where there is nothing.
 *
 * The CPU describes most loads and stores in ESR_EL2 (ISV).  It does not do so
 * for pairs and for those with write-back; then the instruction is read from
 * guest memory and decoded (insn.c).
 */
#include "hyp/mmio.h"

#include <vgic/trap.h>

#include "hyp/arch.h"
#include "hyp/esr.h"
#include "hyp/exit.h"
#include "hyp/guest_map.h"
#include "hyp/guest_uart.h"
#include "hyp/insn.h"
#include "hyp/platform.h"
#include "hyp/pstate.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/field.h"

static const uint64_t page_offset = PAGE_SIZE - 1;

/*
 * An access to the UART, of any width: its registers have 32 bits, and drivers
 * read and write them by bytes and halfwords as well.
 */
static void uart_access(uint64_t ipa, unsigned int width, bool write,
			uint64_t *value)
{
	uint32_t offset = (uint32_t)(ipa - GUEST_UART_IPA);
	uint32_t piece = offset % sizeof(uint32_t);

	if (!write) {
		*value = guest_uart_read(offset - piece) >> piece * 8;
		if (width < sizeof(uint32_t)) {
			*value &= (UINT64_C(1) << width * 8) - 1;
		}
	} else if (piece == 0) {
		guest_uart_write(offset, (uint32_t)*value);
	}
}

static bool is_uart(uint64_t ipa)
{
	return ipa >= GUEST_UART_IPA && ipa - GUEST_UART_IPA < GUEST_UART_SIZE;
}

/* One access of `width` bytes; *cause says which device it was for. */
static enum vgic_trap device_access(struct vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value, enum exit_cause *cause)
{
	if (is_uart(ipa)) {
		*cause = EXIT_MMIO_UART;
		uart_access(ipa, width, write, value);
		return VGIC_TRAP_DONE;
	}
	*cause = EXIT_MMIO_GIC;
	return vgic_trap_mmio(vcpu->vgic, ipa, width, write, value);
}

/* What register i of the access stores: its low `width` bytes. */
static uint64_t store_value(const struct vcpu *vcpu,
			    const struct access *access, unsigned int i)
{
	uint64_t value = vcpu_get_reg(vcpu, access->reg[i]);

	if (access->width < sizeof(value)) {
		value &= (UINT64_C(1) << access->width * 8) - 1;
	}
	return value;
}

/*
 * Carry out the access to `ipa`.  Registers are loaded only when all of it is
 * done, so that a pair whose second half has to be repeated starts over.
 */
static enum vgic_trap do_access(struct vcpu *vcpu, const struct access *access,
				uint64_t ipa, enum exit_cause *cause)
{
	uint64_t loaded[2] = { 0, 0 };
	unsigned int i;

	for (i = 0; i < access->nr_regs; i++) {
		uint64_t value = store_value(vcpu, access, i);
		enum vgic_trap result = device_access(
			vcpu, ipa + i * access->width, access->width,
			access->write, &value, cause);

		if (result != VGIC_TRAP_DONE) {
			return result;
		}
		loaded[i] = insn_loaded(access, value);
	}
	for (i = 0; i < access->nr_regs && !access->write; i++) {
		vcpu_set_reg(vcpu, access->reg[i], loaded[i]);
	}
	return VGIC_TRAP_DONE;
}

bool mmio_access_entered(struct vcpu *vcpu, const struct access *access,
			 uint64_t ipa, enum exit_cause *cause)
{
	uint64_t value = store_value(vcpu, access, 0);

	if (is_uart(ipa)) {
		*cause = EXIT_MMIO_UART;
		uart_access(ipa, access->width, access->write, &value);
	} else if (vgic_trap_mmio_entered(vcpu->vgic, ipa, access->width,
					  access->write,
					  &value) == VGIC_TRAP_DONE) {
		*cause = EXIT_MMIO_GIC;
	} else {
		return false;
	}
	if (!access->write) {
		vcpu_set_reg(vcpu, access->reg[0], insn_loaded(access, value));
	}
	return true;
}

/*
 * Which stack pointer register 31 is as a base.  It is in the CPU, not in
 * struct vcpu, while the vCPU is loaded.
 */
static bool on_sp_el1(const struct vcpu *vcpu)
{
	return (vcpu->pstate & PSTATE_MODE) == PSTATE_EL1H;
}

static uint64_t get_base(const struct vcpu *vcpu, unsigned int reg)
{
	if (reg != 31) {
		return vcpu->x[reg];
	}
	return on_sp_el1(vcpu) ? read_sysreg(sp_el1) : read_sysreg(sp_el0);
}

static void set_base(struct vcpu *vcpu, unsigned int reg, uint64_t value)
{
	if (reg != 31) {
		vcpu->x[reg] = value;
	} else if (on_sp_el1(vcpu)) {
		write_sysreg(sp_el1, value);
	} else {
		write_sysreg(sp_el0, value);
	}
}

/* Read the A64 instruction at the guest's PC; false: it is not in RAM. */
static bool fetch(const struct vcpu *vcpu, uint32_t *insn)
{
	const struct vm *v = vcpu->vm;
	uint64_t page;

	if ((vcpu->pstate & PSTATE_AARCH32) ||
	    !vcpu_va_to_pa(vcpu, vcpu->pc, &page) || page < v->ram_pa ||
	    page - v->ram_pa >= v->ram_size) {
		return false;
	}
	*insn = *(const volatile uint32_t *)(uintptr_t)(page | (vcpu->pc &
								page_offset));
	return true;
}

/*
 * What kind of access it was, by the syndrome or else by the instruction.  In
 * the latter case the address that the instruction computes has to be the one
 * that faulted, or another vCPU has changed the instruction meanwhile; and the
 * access has to stay within the page, whose IPA alone is known.
 */
static bool decode(const struct vcpu *vcpu, struct access *access)
{
	uint64_t va, size;
	uint32_t insn;

	if (vcpu->esr & ISS_ISV) {
		insn_from_syndrome(vcpu->esr, access);
		return true;
	}
	if (!fetch(vcpu, &insn) || !insn_decode(insn, access)) {
		return false;
	}
	va = get_base(vcpu, access->base) + (uint64_t)(int64_t)access->offset;
	size = (uint64_t)access->nr_regs * access->width;
	return (va & page_offset) == (vcpu->far & page_offset) &&
	       (va & page_offset) + size <= PAGE_SIZE;
}

/* The guest takes an external abort. */
static enum exit_cause inject(struct vcpu *vcpu, bool is_fetch)
{
	vcpu->counts.aborts++;
	vcpu_inject_abort(vcpu, vcpu->far, is_fetch);
	return EXIT_ABORT;
}

/* Did stage 2 map nothing there?  Not so for an error of the memory itself. */
static bool is_hole(uint64_t esr)
{
	uint64_t fault = esr & ISS_FSC_TYPE;

	return fault == FSC_ADDRESS_SIZE || fault == FSC_TRANSLATION;
}

enum exit_cause mmio_abort(struct vcpu *vcpu)
{
	uint64_t esr = vcpu->esr;
	bool is_fetch = FIELD_GET(ESR_EC, esr) == EC_IABT_LOWER;
	enum exit_cause cause = EXIT_ABORT;
	struct access access;
	uint64_t ipa;

	/* Code and page tables are not in devices. */
	if (is_fetch || !is_hole(esr) || (esr & ISS_S1PTW)) {
		return inject(vcpu, is_fetch);
	}
	if (esr & ISS_CM) {
		/* Cache maintenance: there is no cache in front of a device. */
		vcpu_advance(vcpu);
		return EXIT_OTHER;
	}
	if (!decode(vcpu, &access)) {
		return inject(vcpu, false);
	}
	ipa = HPFAR_TO_IPA(vcpu->hpfar) | (vcpu->far & page_offset);
	switch (do_access(vcpu, &access, ipa, &cause)) {
	case VGIC_TRAP_DONE:
		if (access.write_back) {
			set_base(vcpu, access.base,
				 get_base(vcpu, access.base) +
					 (uint64_t)(int64_t)access.increment);
		}
		vcpu_advance(vcpu);
		return cause;
	case VGIC_TRAP_RETRY:
		/*
		 * Another vCPU has been kicked, whose exit brings the answer;
		 * an emulator that runs one CPU at a time turns to it now.
		 */
		cpu_yield();
		return cause;
	default:
		return inject(vcpu, false);
	}
}
