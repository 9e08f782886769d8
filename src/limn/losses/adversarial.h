// L_adversarial: least-squares GAN (Mao et al. 2017) on skeleton images, over the scales of a patch discriminator.
#pragma once

#include "limn/cycle/network.h"

namespace limn {

/// What the discriminator minimises: drawn [B C H W] are drawings of synthetic poses (target 1), predicted [B C H W]
/// those of unlabelled frames (target 0; detached here). Mean over scales and patches.
torch::Tensor discriminator_loss(const Network& discriminator, const torch::Tensor& drawn,
                                 const torch::Tensor& predicted);

/// What stage 1 minimises: its skeleton images of unlabelled frames should look drawn (target 1).
torch::Tensor adversarial_loss(const Network& discriminator, const torch::Tensor& predicted);

}  // namespace limn
