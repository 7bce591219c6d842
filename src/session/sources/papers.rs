//! The papers that the answers rest on, and their BibTeX.

/// A paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Nonlinear random matrix theory.
    PenningtonWorah,
    /// Its law for wider entries and activations.
    BenigniPeche,
    /// The same by resolvents, with a bias.
    PiccoloSchroeder,
    /// Uniqueness for sample covariance matrices.
    SilversteinBai,
    /// Support of their laws.
    SilversteinChoi,
    /// Their outliers.
    BaikSilverstein,
    /// Kernels of several layers.
    WangWuFan,
    /// One gradient step of constant size.
    BaErdogdu,
    /// One of growing size.
    Moniri,
    /// The neural feature ansatz.
    Beaglehole,
    /// Signals in wide networks, and chaos.
    Poole,
    /// How deep they go.
    Schoenholz,
    /// The edge of chaos of activations with kinks.
    Hayou,
    /// Jacobians of wide networks.
    PenningtonSchoenholz,
    /// Double descent of random features on the sphere.
    MeiMontanari,
    /// Errors of deep random features of any covariance.
    Schroeder,
    /// Deterministic equivalents of ridge regression on random features.
    Defilippis,
    /// Ridge regression after a step of critical size.
    Cui,
}

impl Paper {
    /// All of them, in the order they are shown.
    const ALL: [Self; 18] = [
        Self::PenningtonWorah,
        Self::BenigniPeche,
        Self::PiccoloSchroeder,
        Self::SilversteinBai,
        Self::SilversteinChoi,
        Self::BaikSilverstein,
        Self::WangWuFan,
        Self::BaErdogdu,
        Self::Moniri,
        Self::Beaglehole,
        Self::Poole,
        Self::Schoenholz,
        Self::Hayou,
        Self::PenningtonSchoenholz,
        Self::MeiMontanari,
        Self::Schroeder,
        Self::Defilippis,
        Self::Cui,
    ];

    /// Those among these, each once.
    pub fn among(cited: &[Self]) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|paper| cited.contains(paper))
    }

    /// Authors and year.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::PenningtonWorah => "Pennington and Worah 2017",
            Self::BenigniPeche => "Benigni and Péché 2021",
            Self::PiccoloSchroeder => "Piccolo and Schröder 2021",
            Self::SilversteinBai => "Silverstein and Bai 1995",
            Self::SilversteinChoi => "Silverstein and Choi 1995",
            Self::BaikSilverstein => "Baik and Silverstein 2006",
            Self::WangWuFan => "Wang, Wu and Fan 2024",
            Self::BaErdogdu => "Ba, Erdogdu, Suzuki, Wang, Wu and Yang 2022",
            Self::Moniri => "Moniri, Lee, Hassani and Dobriban 2024",
            Self::Beaglehole => "Beaglehole, Mitliagkas and Agarwala 2024",
            Self::Poole => "Poole, Lahiri, Raghu, Sohl-Dickstein and Ganguli 2016",
            Self::Schoenholz => "Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017",
            Self::Hayou => "Hayou, Doucet and Rousseau 2019",
            Self::PenningtonSchoenholz => "Pennington, Schoenholz and Ganguli 2017",
            Self::MeiMontanari => "Mei and Montanari 2019",
            Self::Schroeder => "Schröder, Cui, Dmitriev and Loureiro 2023",
            Self::Defilippis => "Defilippis, Loureiro and Misiakiewicz 2024",
            Self::Cui => "Cui, Pesce, Dandi, Krzakala, Lu, Zdeborová and Loureiro 2024",
        }
    }

    /// The entry for a bibliography.
    #[must_use]
    pub fn bibtex(self) -> &'static str {
        match self {
            Self::PenningtonWorah => PENNINGTON_WORAH,
            Self::BenigniPeche => BENIGNI_PECHE,
            Self::PiccoloSchroeder => PICCOLO_SCHROEDER,
            Self::SilversteinBai => SILVERSTEIN_BAI,
            Self::SilversteinChoi => SILVERSTEIN_CHOI,
            Self::BaikSilverstein => BAIK_SILVERSTEIN,
            Self::WangWuFan => WANG_WU_FAN,
            Self::BaErdogdu => BA_ERDOGDU,
            Self::Moniri => MONIRI,
            Self::Beaglehole => BEAGLEHOLE,
            Self::Poole => POOLE,
            Self::Schoenholz => SCHOENHOLZ,
            Self::Hayou => HAYOU,
            Self::PenningtonSchoenholz => PENNINGTON_SCHOENHOLZ,
            Self::MeiMontanari => MEI_MONTANARI,
            Self::Schroeder => SCHROEDER,
            Self::Defilippis => DEFILIPPIS,
            Self::Cui => CUI,
        }
    }
}

const PENNINGTON_WORAH: &str = "@inproceedings{pennington2017nonlinear,
  author = {Pennington, Jeffrey and Worah, Pratik},
  title = {Nonlinear random matrix theory for deep learning},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {30},
  year = {2017}
}";

const BENIGNI_PECHE: &str = "@article{benigni2021eigenvalue,
  author = {Benigni, Lucas and P{\\'e}ch{\\'e}, Sandrine},
  title = {Eigenvalue distribution of some nonlinear models of random matrices},
  journal = {Electronic Journal of Probability},
  volume = {26},
  year = {2021},
  eprint = {1904.03090},
  archiveprefix = {arXiv}
}";

const PICCOLO_SCHROEDER: &str = "@inproceedings{piccolo2021analysis,
  author = {Piccolo, Vanessa and Schr{\\\"o}der, Dominik},
  title = {Analysis of one-hidden-layer neural networks via the resolvent method},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {34},
  year = {2021},
  eprint = {2105.05115},
  archiveprefix = {arXiv}
}";

const SILVERSTEIN_BAI: &str = "@article{silverstein1995empirical,
  author = {Silverstein, Jack W. and Bai, Zhidong D.},
  title = {On the empirical distribution of eigenvalues of a class of large dimensional random matrices},
  journal = {Journal of Multivariate Analysis},
  volume = {54},
  number = {2},
  pages = {175--192},
  year = {1995}
}";

const SILVERSTEIN_CHOI: &str = "@article{silverstein1995analysis,
  author = {Silverstein, Jack W. and Choi, Sang-Il},
  title = {Analysis of the limiting spectral distribution of large dimensional random matrices},
  journal = {Journal of Multivariate Analysis},
  volume = {54},
  number = {2},
  pages = {295--309},
  year = {1995}
}";

const BAIK_SILVERSTEIN: &str = "@article{baik2006eigenvalues,
  author = {Baik, Jinho and Silverstein, Jack W.},
  title = {Eigenvalues of large sample covariance matrices of spiked population models},
  journal = {Journal of Multivariate Analysis},
  volume = {97},
  number = {6},
  pages = {1382--1408},
  year = {2006}
}";

const WANG_WU_FAN: &str = "@inproceedings{wang2024nonlinear,
  author = {Wang, Zhichao and Wu, Denny and Fan, Zhou},
  title = {Nonlinear spiked covariance matrices and signal propagation in deep neural networks},
  booktitle = {Proceedings of the Thirty Seventh Conference on Learning Theory},
  series = {Proceedings of Machine Learning Research},
  volume = {247},
  year = {2024},
  eprint = {2402.10127},
  archiveprefix = {arXiv}
}";

const BA_ERDOGDU: &str = "@inproceedings{ba2022highdimensional,
  author = {Ba, Jimmy and Erdogdu, Murat A. and Suzuki, Taiji and Wang, Zhichao and Wu, Denny and Yang, Greg},
  title = {High-dimensional asymptotics of feature learning: how one gradient step improves the representation},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {35},
  year = {2022},
  eprint = {2205.01445},
  archiveprefix = {arXiv}
}";

const MONIRI: &str = "@inproceedings{moniri2024theory,
  author = {Moniri, Behrad and Lee, Donghwan and Hassani, Hamed and Dobriban, Edgar},
  title = {A theory of non-linear feature learning with one gradient step in two-layer neural networks},
  booktitle = {Proceedings of the 41st International Conference on Machine Learning},
  series = {Proceedings of Machine Learning Research},
  volume = {235},
  year = {2024},
  eprint = {2310.07891},
  archiveprefix = {arXiv}
}";

const BEAGLEHOLE: &str = "@misc{beaglehole2024feature,
  author = {Beaglehole, Daniel and Mitliagkas, Ioannis and Agarwala, Atish},
  title = {Feature learning as alignment: a structural property of gradient descent in non-linear neural networks},
  year = {2024},
  eprint = {2402.05271},
  archiveprefix = {arXiv}
}";

const POOLE: &str = "@inproceedings{poole2016exponential,
  author = {Poole, Ben and Lahiri, Subhaneil and Raghu, Maithra and Sohl-Dickstein, Jascha and Ganguli, Surya},
  title = {Exponential expressivity in deep neural networks through transient chaos},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {29},
  year = {2016},
  eprint = {1606.05340},
  archiveprefix = {arXiv}
}";

const SCHOENHOLZ: &str = "@inproceedings{schoenholz2017deep,
  author = {Schoenholz, Samuel S. and Gilmer, Justin and Ganguli, Surya and Sohl-Dickstein, Jascha},
  title = {Deep information propagation},
  booktitle = {International Conference on Learning Representations},
  year = {2017},
  eprint = {1611.01232},
  archiveprefix = {arXiv}
}";

const HAYOU: &str = "@inproceedings{hayou2019impact,
  author = {Hayou, Soufiane and Doucet, Arnaud and Rousseau, Judith},
  title = {On the impact of the activation function on deep neural networks training},
  booktitle = {Proceedings of the 36th International Conference on Machine Learning},
  series = {Proceedings of Machine Learning Research},
  volume = {97},
  year = {2019},
  eprint = {1902.06853},
  archiveprefix = {arXiv}
}";

const PENNINGTON_SCHOENHOLZ: &str = "@inproceedings{pennington2017resurrecting,
  author = {Pennington, Jeffrey and Schoenholz, Samuel S. and Ganguli, Surya},
  title = {Resurrecting the sigmoid in deep learning through dynamical isometry: theory and practice},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {30},
  year = {2017}
}";

const MEI_MONTANARI: &str = "@misc{mei2019generalization,
  author = {Mei, Song and Montanari, Andrea},
  title = {The generalization error of random features regression: Precise asymptotics and double descent curve},
  year = {2019},
  eprint = {1908.05355},
  archiveprefix = {arXiv}
}";

const SCHROEDER: &str = "@misc{schroeder2023deterministic,
  author = {Schr\\\"oder, Dominik and Cui, Hugo and Dmitriev, Daniil and Loureiro, Bruno},
  title = {Deterministic equivalent and error universality of deep random features learning},
  year = {2023},
  eprint = {2302.00401},
  archiveprefix = {arXiv}
}";

const DEFILIPPIS: &str = "@misc{defilippis2024dimension,
  author = {Defilippis, Leonardo and Loureiro, Bruno and Misiakiewicz, Theodor},
  title = {Dimension-free deterministic equivalents and scaling laws for random feature regression},
  year = {2024},
  eprint = {2405.15699},
  archiveprefix = {arXiv}
}";

const CUI: &str = "@misc{cui2024asymptotics,
  author = {Cui, Hugo and Pesce, Luca and Dandi, Yatin and Krzakala, Florent and Lu, Yue M. and Zdeborov{\\'a}, Lenka and Loureiro, Bruno},
  title = {Asymptotics of feature learning in two-layer networks after one gradient-step},
  year = {2024},
  eprint = {2402.04980},
  archiveprefix = {arXiv}
}";

#[cfg(test)]
mod tests {
    use super::Paper;

    #[test]
    fn entries_are_whole_and_named_once() {
        let mut keys: Vec<&str> = Paper::ALL.iter().filter_map(|paper| paper.bibtex().lines().next()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Paper::ALL.len());
        for paper in Paper::ALL {
            let entry = paper.bibtex();
            assert_eq!(entry.matches('{').count(), entry.matches('}').count(), "{entry}");
            let year = paper.short().rsplit(' ').next().unwrap_or_default();
            assert!(entry.contains(&format!("year = {{{year}}}")) && entry.is_ascii(), "{entry}");
        }
    }
}
