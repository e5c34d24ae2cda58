/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs about KVM's door. */
#ifndef VGIC_TESTS_INTERLEAVE_KVM_H
#define VGIC_TESTS_INTERLEAVE_KVM_H

#include "sched.h"

#define NR_KVM_PROGRAMS 11

extern const struct sched_program kvm_programs[NR_KVM_PROGRAMS];

#endif
