#include "bindings/fit_options.h"

#include <array>
#include <string>

#include "core/error.h"

namespace tabtrain {
namespace {

using emscripten::val;

[[noreturn]] void Unknown(const char* what, const std::string& name) {
  throw Error(ErrorCode::kInvalidArgument, std::string("there is no ") + what + " " + name);
}

Activation ToActivation(const std::string& name) {
  if (name == "linear") return Activation::kLinear;
  if (name == "relu") return Activation::kRelu;
  if (name == "sigmoid") return Activation::kSigmoid;
  if (name == "softmax") return Activation::kSoftmax;
  Unknown("activation", name);
}

LayerSpec ToLayer(const val& layer) {
  const auto type = layer["type"].as<std::string>();
  if (type == "dense") {
    return Dense{.units = layer["units"].as<size_t>(),
                 .activation = ToActivation(layer["activation"].as<std::string>()),
                 .l2 = layer["l2"].as<float>()};
  }
  if (type == "dropout") return Dropout{.rate = layer["rate"].as<float>()};
  if (type == "batchNormalization") {
    return BatchNormalization{.momentum = layer["momentum"].as<float>(),
                              .epsilon = layer["epsilon"].as<float>()};
  }
  Unknown("layer", type);
}

OptimizerSpec ToOptimizer(const val& optimizer, float learning_rate) {
  const auto type = optimizer["type"].as<std::string>();
  if (type == "adam") {
    return Adam{.learning_rate = learning_rate,
                .beta_1 = optimizer["beta1"].as<float>(),
                .beta_2 = optimizer["beta2"].as<float>(),
                .epsilon = optimizer["epsilon"].as<float>(),
                .weight_decay = optimizer["weightDecay"].as<float>()};
  }
  if (type == "sgd") {
    return Sgd{.learning_rate = learning_rate,
               .momentum = optimizer["momentum"].as<float>(),
               .nesterov = optimizer["nesterov"].as<bool>()};
  }
  Unknown("optimizer", type);
}

Schedule ToSchedule(const val& schedule) {
  const auto type = schedule["type"].as<std::string>();
  if (type == "constant") return Constant{};
  if (type == "cosineDecay") return CosineDecay{.alpha = schedule["alpha"].as<float>()};
  if (type == "reduceOnPlateau") {
    return ReduceOnPlateau{.factor = schedule["factor"].as<float>(),
                           .patience = schedule["patience"].as<size_t>(),
                           .min_delta = schedule["minDelta"].as<float>(),
                           .cooldown = schedule["cooldown"].as<size_t>(),
                           .min_learning_rate = schedule["minLearningRate"].as<float>()};
  }
  Unknown("schedule", type);
}

std::optional<EarlyStopping> ToEarlyStopping(const val& early_stopping) {
  if (early_stopping.isNull()) return std::nullopt;
  return EarlyStopping{.patience = early_stopping["patience"].as<size_t>(),
                       .min_delta = early_stopping["minDelta"].as<float>()};
}

FillMode ToFillMode(const std::string& name) {
  if (name == "nearest") return FillMode::kNearest;
  if (name == "constant") return FillMode::kConstant;
  if (name == "reflect") return FillMode::kReflect;
  if (name == "wrap") return FillMode::kWrap;
  Unknown("fill mode", name);
}

std::array<double, 2> ToPair(const val& pair) {
  return {pair[0].as<double>(), pair[1].as<double>()};
}

}  // namespace

ViewOptions ToViewOptions(const val& augment) {
  if (augment.isNull()) return {};
  const val brightness = augment["brightnessRange"];
  AugmentOptions transforms{.rotation_range = augment["rotationRange"].as<double>(),
                            .width_shift_range = augment["widthShiftRange"].as<double>(),
                            .height_shift_range = augment["heightShiftRange"].as<double>(),
                            .shear_range = augment["shearRange"].as<double>(),
                            .zoom_range = ToPair(augment["zoomRange"]),
                            .channel_shift_range = augment["channelShiftRange"].as<double>(),
                            .horizontal_flip = augment["horizontalFlip"].as<bool>(),
                            .vertical_flip = augment["verticalFlip"].as<bool>(),
                            .fill_mode = ToFillMode(augment["fillMode"].as<std::string>()),
                            .cval = augment["cval"].as<double>()};
  if (!brightness.isNull()) transforms.brightness_range = ToPair(brightness);
  return {.transforms = transforms,
          .count = augment["views"].as<size_t>(),
          .seed = static_cast<uint64_t>(augment["seed"].as<double>())};
}

FitOptions ToFitOptions(const val& options) {
  const auto seed = static_cast<uint64_t>(options["seed"].as<double>());
  FitOptions fit{
      .layers = {},
      .standardize = options["standardize"].as<bool>(),
      .train = {.optimizer = ToOptimizer(options["optimizer"], options["learningRate"].as<float>()),
                .seed = seed,
                .label_smoothing = options["labelSmoothing"].as<float>(),
                .mixup = options["mixup"].as<float>()},
      .balance_classes = options["balanceClasses"].as<bool>(),
      .training = {.epochs = options["epochs"].as<size_t>(),
                   .batch_size = options["batchSize"].as<size_t>(),
                   .seed = seed,
                   .schedule = ToSchedule(options["schedule"]),
                   .early_stopping = ToEarlyStopping(options["earlyStopping"])},
      .validation_split = options["validationSplit"].as<float>(),
      .group_look_alikes = options["groupDuplicates"].as<bool>(),
      .calibrate = options["calibrate"].as<bool>(),
      .known_share = options["knownShare"].as<float>(),
      .views = ToViewOptions(options["augment"])};
  const val layers = options["layers"];
  const auto count = layers["length"].as<size_t>();
  for (size_t i = 0; i < count; ++i) fit.layers.push_back(ToLayer(layers[i]));
  return fit;
}

}  // namespace tabtrain
