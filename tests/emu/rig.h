/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's accesses of a GIC behind vgic/emu.h, the same for each model. */
#ifndef TESTS_EMU_RIG_H
#define TESTS_EMU_RIG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <vgic/emu.h>

#define RIG_VCPUS 4u
#define RIG_SPIS 32u
/* rig_ack(): there is none. */
#define RIG_NONE 1023u

struct rig {
	enum vgic_model model;
	struct vgic_emu *emu;
	void *memory;
	/* As reported, and how often. */
	_Atomic(uint32_t) pins[RIG_VCPUS];
	_Atomic(uint32_t) changes[RIG_VCPUS];
	/* Called, once, when inputs are reported: what another thread does. */
	void (*meanwhile)(struct rig *rig);
	/* Times that a thread waited, and reports of broken rules. */
	_Atomic(uint32_t) waits, bugs;
};

/* Stops the program. */
void rig_must(bool is_true, const char *what, int line);
#define MUST(x) rig_must((x), #x, __LINE__)

/* A GIC with RIG_VCPUS vCPUs that take interrupts of any priority. */
struct rig *rig_new(enum vgic_model model);
void rig_free(struct rig *rig);
/* Loads and stores of the GIC's frames; MRS, MSR. */
uint64_t rig_load(struct rig *rig, uint32_t vcpu, uint64_t ipa);
void rig_store(struct rig *rig, uint32_t vcpu, uint64_t ipa, uint64_t value);
uint64_t rig_sysreg(struct rig *rig, uint32_t vcpu, uint32_t sysreg, bool write,
		    uint64_t value);
/* SPI n, 0 .. RIG_SPIS - 1: its INTID. */
uint32_t rig_intid(const struct rig *rig, uint32_t spi);
/* Enable an SPI, as a level or an edge, for one vCPU. */
void rig_enable(struct rig *rig, uint32_t by, uint32_t spi, bool level,
		uint32_t target);
void rig_disable(struct rig *rig, uint32_t by, uint32_t spi);
/* The device's side. */
void rig_line(struct rig *rig, uint32_t spi, bool level);
/* Acknowledge: an INTID, or RIG_NONE; and end it. */
uint32_t rig_ack(struct rig *rig, uint32_t vcpu);
void rig_end(struct rig *rig, uint32_t vcpu, uint32_t intid);
/* A vCPU makes an SPI pending. */
void rig_pend(struct rig *rig, uint32_t vcpu, uint32_t spi);
/* What a vCPU reads of an SPI's active state. */
bool rig_is_active(struct rig *rig, uint32_t vcpu, uint32_t spi);

#endif
