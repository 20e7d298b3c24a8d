// The session as JavaScript sees it; its types are web/worker/core.ts. Every method returns
// { ok: true, value } or { ok: false, code, message }: nothing is thrown across the boundary, and
// what crosses it is a copy.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>
#include <malloc.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "backbone/calibration.h"
#include "bindings/fit_options.h"
#include "bindings/js_file.h"
#include "bindings/result.h"
#include "core/error.h"
#include "session/session.h"

namespace tabtrain {
namespace {

using emscripten::val;

template <typename Items, typename Convert>
val ToArray(const Items& items, Convert&& convert) {
  val array = val::array();
  for (const auto& item : items) array.call<void>("push", convert(item));
  return array;
}

// "auto" is empty.
std::optional<Precision> PrecisionNamed(const std::string& name) {
  if (name == "auto") return std::nullopt;
  CheckArgument(name == "float32" || name == "int8", "precision must be auto, float32 or int8");
  return name == "int8" ? Precision::kInt8 : Precision::kFloat32;
}

// From a CoreCalibration; null is for none.
std::optional<Int8Calibration> ToCalibration(const val& calibration) {
  if (calibration.isNull()) return std::nullopt;
  return Int8Calibration{ParseRanges(calibration["activationRanges"].as<std::string>()),
                         calibration["int8Cosine"].as<double>()};
}

val ToVal(const Session::Tuned& tuned) {
  val calibration = val::object();
  calibration.set("activationRanges", RangesText(tuned.calibration.ranges));
  calibration.set("int8Cosine", tuned.calibration.cosine);
  val value = val::object();
  value.set("taken", tuned.taken);
  value.set("calibration", calibration);
  return value;
}

const char* NameOf(TuningState state) {
  switch (state) {
    case TuningState::kNone:
      return "none";
    case TuningState::kTooFew:
      return "tooFew";
    case TuningState::kEnough:
      return "enough";
    case TuningState::kDue:
      return "due";
  }
  return "";
}

val ToVal(const Backbone& backbone, size_t feature_size) {
  const WeightsInfo& weights = backbone.weights();
  val value = val::object();
  value.set("name", weights.name);
  value.set("source", weights.source);
  value.set("licence", weights.licence);
  value.set("sha256", weights.source_sha256);
  value.set("dtype", weights.dtype);
  value.set("precision",
            std::string(backbone.precision() == Precision::kInt8 ? "int8" : "float32"));
  value.set("int8Cosine", weights.int8_cosine);
  value.set("featureSize", feature_size);
  value.set("featureLayers",
            ToArray(weights.feature_layers, [](const std::string& layer) { return val(layer); }));
  value.set("standardize", weights.standardize);
  return value;
}

val ToVal(const EpochResult& result) {
  const auto& validation = result.validation;
  val value = val::object();
  value.set("epoch", result.epoch + 1);
  value.set("loss", result.training.loss);
  value.set("accuracy", result.training.accuracy);
  value.set("valLoss", validation ? val(validation->loss) : val::null());
  value.set("valAccuracy", validation ? val(validation->accuracy) : val::null());
  value.set("learningRate", result.learning_rate);
  return value;
}

val ToNumber(double number) { return val(number); }

// A list for each row.
val ConfusionToVal(std::span<const size_t> confusion, size_t classes) {
  val rows = val::array();
  for (size_t row = 0; row < classes; ++row) {
    rows.call<void>("push", ToArray(confusion.subspan(row * classes, classes),
                                    [](size_t count) { return val(count); }));
  }
  return rows;
}

val ToVal(const Evaluation& evaluation, const Model& model) {
  const std::vector<std::string>& labels = model.labels();
  val value = val::object();
  value.set("loss", evaluation.loss);
  value.set("accuracy", evaluation.accuracy);
  value.set("topKAccuracy", ToArray(evaluation.top_accuracy, ToNumber));
  value.set("expectedCalibrationError", evaluation.calibration_error);
  value.set("temperature", model.temperature());
  value.set("confusion", ConfusionToVal(evaluation.confusion, labels.size()));
  value.set("classes", ToArray(labels, [](const std::string& label) { return val(label); }));
  val per_class = val::array();
  for (size_t i = 0; i < labels.size(); ++i) {
    const ClassScore& scores = evaluation.per_class[i];
    val entry = val::object();
    entry.set("label", labels[i]);
    entry.set("precision", scores.precision);
    entry.set("recall", scores.recall);
    entry.set("f1", scores.f1);
    entry.set("support", scores.support);
    per_class.call<void>("push", entry);
  }
  value.set("perClass", per_class);
  return value;
}

val FoldToVal(const Evaluation& evaluation) {
  size_t images = 0;
  for (const ClassScore& score : evaluation.per_class) images += score.support;
  val value = val::object();
  value.set("accuracy", evaluation.accuracy);
  value.set("loss", evaluation.loss);
  value.set("images", images);
  return value;
}

Pooling ToPooling(const std::string& name) {
  if (name == "max") return Pooling::kMax;
  return name == "none" ? Pooling::kNone : Pooling::kAverage;
}

// What the memory may grow by, and what malloc has free within it.
size_t FreeMemory() {
  const auto end = reinterpret_cast<size_t>(sbrk(0));
  return emscripten_get_heap_max() - end + mallinfo().fordblks;
}

val ToVal(const ViewCost& cost) {
  val value = val::object();
  value.set("missing", cost.missing);
  value.set("kept", cost.kept);
  value.set("dropped", cost.dropped);
  value.set("bytes", static_cast<double>(cost.bytes));
  value.set("seconds", cost.seconds);
  return value;
}

val WithoutViews(const Session& session, const FitOptions& fit) {
  return ToArray(session.SamplesWithoutViews(), [&](uint32_t id) {
    val sample = val::object();
    sample.set("id", id);
    sample.set("missing", fit.views.count - session.dataset().Views(id));
    return sample;
  });
}

// As ImageData takes it.
val ToRgba(const Image& image) {
  std::vector<uint8_t> rgba;
  rgba.reserve(image.rgb.size() / 3 * 4);
  for (size_t i = 0; i < image.rgb.size(); i += 3) {
    rgba.insert(rgba.end(), {image.rgb[i], image.rgb[i + 1], image.rgb[i + 2], 255});
  }
  return ToTypedArray<uint8_t>("Uint8ClampedArray", rgba);
}

class SessionBinding {
 public:
  // `file` is null where there is none.
  SessionBinding(int threads, const std::string& pooling, const val& file)
      : session_(MakeSession(static_cast<size_t>(threads), ToPooling(pooling), file)) {}

  val SelfTest() {
    return Call([&] {
      session_->SelfTest();
      return val::null();
    });
  }

  val WeightsBegin(const std::string& precision, const val& calibration) {
    return Call([&] {
      session_->BeginWeights(PrecisionNamed(precision), ToCalibration(calibration));
      return val::null();
    });
  }
  val WeightsPush(const val& chunk) {
    return Call([&] {
      session_->PushWeights(ToBytes(chunk));
      return val::null();
    });
  }
  val WeightsFinish() {
    return Call([&] {
      session_->FinishWeights();
      return ToVal(session_->backbone(), session_->feature_size());
    });
  }

  val TuningState() {
    return Call([&] { return val(NameOf(session_->tuning_state())); });
  }
  val TuningBegin() {
    return Call([&] {
      session_->BeginTuning();
      return val::null();
    });
  }
  val TuneSample(uint32_t id) {
    return Call([&] {
      session_->TuneSample(id);
      return val::null();
    });
  }
  val TuningEnd() {
    return Call([&] { return ToVal(session_->EndTuning()); });
  }
  val TuningUndo(bool again) {
    return Call([&] {
      session_->UndoTuning(again);
      return val::null();
    });
  }

  val LoadImage(const val& pixels) {
    return Call([&] {
      session_->LoadImage(ToBytes(pixels));
      return val::null();
    });
  }
  val Features() {
    return Call([&] { return ToTypedArray<float>("Float32Array", session_->Features()); });
  }
  val Predict() {
    return Call([&] {
      return ToArray(session_->Predict(), [](const Prediction& prediction) {
        val value = val::object();
        value.set("label", prediction.label);
        value.set("probability", prediction.probability);
        value.set("distance", prediction.distance ? val(*prediction.distance) : val::null());
        return value;
      });
    });
  }

  val CheckRoomFor(double images) {
    return Call([&] {
      session_->CheckRoomFor(static_cast<size_t>(images));
      return val::null();
    });
  }
  val AddSample(const std::string& label) {
    return Call([&] { return val(session_->AddSample(label)); });
  }
  val RemoveSample(uint32_t id) {
    return Call([&] {
      session_->RemoveSample(id);
      return val::null();
    });
  }
  val RenameClass(const std::string& from, const std::string& to) {
    return Call([&] {
      session_->RenameClass(from, to);
      return val::null();
    });
  }
  val RemoveClass(const std::string& label) {
    return Call([&] {
      session_->RemoveClass(label);
      return val::null();
    });
  }
  val Classes() {
    return Call([&] {
      return ToArray(session_->Classes(), [](const ClassInfo& info) {
        val value = val::object();
        value.set("label", info.label);
        value.set("count", info.count);
        return value;
      });
    });
  }

  val MemoryCost(const val& options, double images, double classes) {
    return Call([&] {
      const tabtrain::MemoryCost cost = session_->CostOf(
          ToFitOptions(options), static_cast<size_t>(images), static_cast<size_t>(classes));
      val value = val::object();
      value.set("features", static_cast<double>(cost.features));
      value.set("disk", static_cast<double>(cost.disk));
      value.set("head", cost.head);
      value.set("batches", cost.batches);
      value.set("available", FreeMemory());
      const std::optional<std::string> why = session_->WhyNoRoomFor(cost);
      value.set("refusal", why ? val(*why) : val::null());
      return value;
    });
  }

  val HasSample(uint32_t id) {
    return Call([&] { return val(session_->dataset().Contains(id)); });
  }

  val PreviewView(const val& augment, uint32_t id, uint32_t number) {
    return Call([&] { return ToRgba(session_->PreviewView(ToViewOptions(augment), id, number)); });
  }
  val CostOfViews(const val& options) {
    return Call([&] { return ToVal(session_->CostOfViews(ToFitOptions(options))); });
  }
  val AddView(uint32_t id) {
    return Call([&] { return val(session_->AddView(id)); });
  }

  val FitBegin(const val& options) {
    return Call([&] {
      const FitOptions fit = ToFitOptions(options);
      const Model& model = session_->BeginFit(fit, options["fresh"].as<bool>());
      epochs_reported_ = 0;
      val plan = val::object();
      plan.set("trainSamples", model.training_samples().size());
      plan.set("validationSamples", model.validation_samples().size());
      plan.set("stepsPerEpoch", model.training().batches());
      plan.set("withoutViews", WithoutViews(*session_, fit));
      return plan;
    });
  }
  // One mini-batch, of training or of validation.
  val FitStep() {
    return Call([&] {
      const size_t epochs_before = epochs_reported_;
      const Training& training = session_->StepFit();
      epochs_reported_ = training.history().size();
      val value = val::object();
      value.set("epochEnd",
                epochs_reported_ > epochs_before ? ToVal(training.history().back()) : val::null());
      value.set("done", training.done());
      return value;
    });
  }
  val FitEnd() {
    return Call([&] {
      session_->EndFit();
      return val::null();
    });
  }

  val CrossValidationBegin(const val& options, int folds) {
    return Call([&] {
      const FitOptions fit = ToFitOptions(options);
      session_->BeginCrossValidation(fit, static_cast<size_t>(folds));
      return WithoutViews(*session_, fit);
    });
  }
  val CrossValidationStep() {
    return Call([&] {
      const CrossValidation& validation = session_->StepCrossValidation();
      val value = val::object();
      value.set("done", validation.steps_done());
      value.set("total", validation.steps());
      value.set("folds", ToArray(validation.scores(), FoldToVal));
      return value;
    });
  }
  val CrossValidationEnd() {
    return Call([&] {
      session_->EndCrossValidation();
      return val::null();
    });
  }

  val Evaluate() {
    return Call([&] { return ToVal(session_->Evaluate(), session_->model()); });
  }
  val EvaluateBegin() {
    return Call([&] {
      session_->BeginEvaluation();
      return val::null();
    });
  }
  val EvaluateAdd(const std::string& label) {
    return Call([&] {
      session_->AddToEvaluation(label);
      return val::null();
    });
  }
  val EvaluateFinish() {
    return Call([&] { return ToVal(session_->FinishEvaluation(), session_->model()); });
  }

  val Info() {
    return Call([&] {
      val info = val::object();
#ifdef __wasm_relaxed_simd__
      info.set("simd", "relaxed");
#else
      info.set("simd", "simd");
#endif
      info.set("threads", session_->threads());
      return info;
    });
  }
  val Memory() {
    return Call([] {
      const struct mallinfo allocated = mallinfo();
      val memory = val::object();
      memory.set("total", emscripten_get_heap_size());
      memory.set("used", static_cast<size_t>(allocated.uordblks));
      memory.set("peak", static_cast<size_t>(allocated.usmblks));
      return memory;
    });
  }

 private:
  // A device that refuses the threads still gets its session; info() tells how many run.
  static std::unique_ptr<Session> MakeSession(size_t threads, Pooling pooling, const val& file) {
    const auto make = [&](size_t count) {
      return std::make_unique<Session>(count, pooling, FreeMemory,
                                       file.isNull() ? nullptr : std::make_unique<JsFile>(file));
    };
    try {
      return make(threads);
    } catch (const Error&) {
      return make(1);
    }
  }

  std::unique_ptr<Session> session_;
  size_t epochs_reported_ = 0;  // of the fit that is running
};

}  // namespace

EMSCRIPTEN_BINDINGS(tabtrain) {
  emscripten::class_<SessionBinding>("Session")
      .constructor<int, std::string, val>()
      .function("selfTest", &SessionBinding::SelfTest)
      .function("weightsBegin", &SessionBinding::WeightsBegin)
      .function("weightsPush", &SessionBinding::WeightsPush)
      .function("weightsFinish", &SessionBinding::WeightsFinish)
      .function("tuningState", &SessionBinding::TuningState)
      .function("tuningBegin", &SessionBinding::TuningBegin)
      .function("tuneSample", &SessionBinding::TuneSample)
      .function("tuningEnd", &SessionBinding::TuningEnd)
      .function("tuningUndo", &SessionBinding::TuningUndo)
      .function("loadImage", &SessionBinding::LoadImage)
      .function("features", &SessionBinding::Features)
      .function("predict", &SessionBinding::Predict)
      .function("checkRoomFor", &SessionBinding::CheckRoomFor)
      .function("addSample", &SessionBinding::AddSample)
      .function("removeSample", &SessionBinding::RemoveSample)
      .function("renameClass", &SessionBinding::RenameClass)
      .function("removeClass", &SessionBinding::RemoveClass)
      .function("classes", &SessionBinding::Classes)
      .function("memoryCost", &SessionBinding::MemoryCost)
      .function("hasSample", &SessionBinding::HasSample)
      .function("previewView", &SessionBinding::PreviewView)
      .function("costOfViews", &SessionBinding::CostOfViews)
      .function("addView", &SessionBinding::AddView)
      .function("fitBegin", &SessionBinding::FitBegin)
      .function("fitStep", &SessionBinding::FitStep)
      .function("fitEnd", &SessionBinding::FitEnd)
      .function("crossValidationBegin", &SessionBinding::CrossValidationBegin)
      .function("crossValidationStep", &SessionBinding::CrossValidationStep)
      .function("crossValidationEnd", &SessionBinding::CrossValidationEnd)
      .function("evaluate", &SessionBinding::Evaluate)
      .function("evaluateBegin", &SessionBinding::EvaluateBegin)
      .function("evaluateAdd", &SessionBinding::EvaluateAdd)
      .function("evaluateFinish", &SessionBinding::EvaluateFinish)
      .function("info", &SessionBinding::Info)
      .function("memory", &SessionBinding::Memory);
}

}  // namespace tabtrain
