// SPDX-License-Identifier: BSD-2-Clause
//! For VMMs whose guests execute code elsewhere, by a hypervisor that has no
//! GIC of its own, and whose accesses of the GIC trap. CPU interfaces are in
//! software.
//!
//! A vCPU's thread has its [`Vcpu`]. It calls [`Vcpu::enter`] before it runs
//! guest code, with the inputs that the guest is to see; [`Vcpu::exit`] after
//! that; and answers a trapped access by [`Vcpu::read`], [`Vcpu::write`],
//! [`Vcpu::read_sysreg`] or [`Vcpu::write_sysreg`]. Other threads have
//! [`Devices`]. When something changes for a vCPU, [`Host::kick`] has it leave
//! the guest and enter again.
//!
//! ```
//! use vgic::host::{Gic, Host};
//! use vgic::{Config, Guest, Sysreg, Width};
//!
//! struct Vmm;
//!
//! impl Guest for Vmm {}
//!
//! impl Host for Vmm {
//!     fn kick(&self, vcpu: u32) {
//!         // Have the vCPU's thread leave the guest, or wake from WFI.
//!         println!("kick {vcpu}");
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config { nr_spis: 32, ..Config::gicv3(1) };
//! let mut gic = Gic::new(&config, Vmm)?;
//! gic.frames()?.set_dist_base(0x0800_0000)?;
//!
//! let (devices, mut vcpus) = gic.split();
//! let mut vcpu = vcpus.next().unwrap();
//! vcpu.write(0x0800_0000, Width::Word, 2)?; // GICD_CTLR
//! vcpu.write(0x0800_0104, Width::Word, 2)?; // GICD_ISENABLER1
//! vcpu.write_sysreg(Sysreg::ICC_PMR_EL1, 0xf0)?;
//! vcpu.write_sysreg(Sysreg::ICC_IGRPEN1_EL1, 1)?;
//! devices.inject_irq(0, 33, true, None)?;
//! assert!(vcpu.enter().irq);
//! // The guest runs, and traps.
//! vcpu.exit();
//! assert_eq!(vcpu.read_sysreg(Sysreg::ICC_IAR1_EL1)?, 33);
//! # Ok(())
//! # }
//! ```
//!
//! libvgic wants `vgic_load()`, `vgic_enter()`, `vgic_exit()` and `vgic_put()`
//! in an order. Each function here brings the vCPU to the state that it needs,
//! so none of them can come at the wrong time.

mod callbacks;
mod gic;
mod vcpu;

pub use callbacks::{Host, PhysConfig};
pub use gic::Gic;
pub use vcpu::{Devices, Refused, Vcpu, Vcpus};
